package pool

import (
	"context"
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Admin sends a request of the admin protocol over a connection opened for it, as Info
// does, and returns the reply: one block, or, if it is a list of users or roles, a block
// for each and the one that ends it. What the blocks hold is for the caller to judge.
//
// It ends with ctx and with the pool. The error is an [*Error].
func (p *Pool) Admin(ctx context.Context, request []byte, list bool) (reply []wire.AdminReply, err error) {
	err = p.onSession(ctx, func(ctx context.Context, s *Session) error {
		reply, err = s.admin(ctx, request, list)
		return err
	})
	return reply, err
}

func (s *Session) admin(ctx context.Context, request []byte, list bool) (reply []wire.AdminReply, err error) {
	err = interruptible(ctx, s.t.raw, func() (err error) {
		if list {
			reply, err = adminList(s, request)
			return err
		}
		one, err := adminExchange(s.t.nc, request)
		reply = []wire.AdminReply{one}
		return err
	})
	return reply, certificateFault(err)
}

// adminList sends a request and reads the blocks of the reply, which may be spread over
// many frames, up to the one that says that it is the last.
func adminList(s *Session, request []byte) ([]wire.AdminReply, error) {
	var blocks []wire.AdminReply
	if _, err := s.t.nc.Write(request); err != nil {
		return nil, err
	}
	for size := 0; size <= maxInfoReply; {
		body, err := readReply(s.t.nc, wire.FrameAdmin)
		if err != nil {
			return nil, err
		}
		if len(body) == 0 { // an end, too, for the official Go client
			return append(blocks, wire.AdminReply{Result: wire.ResultQueryEnd}), nil
		}
		size += len(body)
		for block, err := range wire.AdminBlocks(body) {
			if err != nil {
				return nil, because(ErrProtocol, err)
			}
			blocks = append(blocks, block)
			if block.Result != wire.ResultOK {
				return blocks, nil
			}
		}
	}
	return nil, fmt.Errorf("%w: a list of more than %d bytes", ErrProtocol, maxInfoReply)
}
