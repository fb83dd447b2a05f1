package integration

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
)

func TestOperationsInTheBackground(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 400
		own := e.fill(n)
		stmt := query.New(namespace, own)
		task, err := e.client.ExecuteOps(e.ctx, stmt.Filter(expr.Lt(expr.IntBin("id"), expr.Int(100))),
			[]aerospike.Op{aerospike.Write("done", true), aerospike.Add("id", 1000), cdt.List("l").Append("x")}, aerospike.TTL(time.Hour))
		require.NoError(e, err)
		require.NotZero(e, task.ID())
		require.NoError(e, task.Wait(e.ctx))
		p, err := task.Progress(e.ctx)
		require.NoError(e, err)
		require.Equal(e, p.Nodes, p.Done)
		require.EqualValues(e, 100, p.Percent)
		require.EqualValues(e, 100, p.Records)
		require.EqualValues(e, n-100, p.Filtered)

		changed := 0
		for rec, err := range e.client.Query(e.ctx, stmt).All() {
			require.NoError(e, err)
			id, err := rec.Int("id")
			require.NoError(e, err)
			if e.id(rec) >= 100 {
				require.Equal(e, e.id(rec), id)
				require.False(e, rec.Has("done"))
				continue
			}
			changed++
			require.Equal(e, e.id(rec)+1000, id)
			require.EqualValues(e, 2, rec.Generation)
			require.NotZero(e, rec.VoidTime)
		}
		require.Equal(e, 100, changed)

		task, err = e.client.ExecuteOps(e.ctx, stmt, []aerospike.Op{aerospike.DeleteOp()})
		require.NoError(e, err)
		require.NoError(e, task.Wait(e.ctx))
		require.Empty(e, e.results(stmt))
		require.NoError(e, task.Abort(e.ctx), "it has ended already")
		e.noStreams()
	})
}

func TestFunctionsInTheBackground(t *testing.T) {
	onEach(t, func(e *env) {
		e.needsInfo("udf-list")
		own := e.fill(50)
		put, err := e.client.PutUDF(e.ctx, own+".lua", []byte(`
function mark(rec, by)
  rec["marked"] = rec["mod"] * by
  aerospike:update(rec)
end
`))
		require.NoError(e, err)
		require.NoError(e, put.Wait(e.ctx))
		e.Cleanup(func() {
			_, _ = e.connect(aerospike.Config{}).RemoveUDF(e.ctx, own+".lua")
		})
		stmt := query.New(namespace, own)
		task, err := e.client.ExecuteUDF(e.ctx, stmt, own, "mark", []any{7})
		require.NoError(e, err)
		require.NoError(e, task.Wait(e.ctx))
		recs, err := e.client.Query(e.ctx, stmt).Results()
		require.NoError(e, err)
		require.Len(e, recs, 50)
		for _, rec := range recs {
			marked, err := rec.Int("marked")
			require.NoError(e, err)
			require.Equal(e, e.id(rec)%10*7, marked)
		}
	})
}

func TestBackgroundWorkCanBeAborted(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fill(300)
		task, err := e.client.ExecuteOps(e.ctx, query.New(namespace, own), []aerospike.Op{aerospike.Write("x", 1)}, aerospike.RecordsPerSecond(1))
		require.NoError(e, err)
		p, err := task.Progress(e.ctx)
		require.NoError(e, err)
		require.Less(e, p.Done, p.Nodes)
		require.NoError(e, task.Abort(e.ctx))
		require.ErrorIs(e, task.Wait(e.ctx), aerospike.ErrQueryAborted)
	})
}

func TestBackgroundWorkThatCannotStart(t *testing.T) {
	onEach(t, func(e *env) {
		put := []aerospike.Op{aerospike.Write("x", 1)}
		own := e.fill(10)
		for name, test := range map[string]struct {
			stmt query.Statement
			ops  []aerospike.Op
			opts []aerospike.BackgroundOption
			want error
		}{
			"no operations": {query.New(namespace, own), nil, nil, aerospike.ErrInvalidArg},
			"a read":        {query.New(namespace, own), []aerospike.Op{aerospike.Read("x")}, nil, aerospike.ErrInvalidArg},
			"a selection":   {query.New(namespace, own).Select("x"), put, nil, aerospike.ErrInvalidArg},
			"a generation":  {query.New(namespace, own), put, []aerospike.BackgroundOption{aerospike.IfGeneration(1)}, aerospike.ErrInvalidArg},
			"a queue":       {query.New(namespace, own), put, []aerospike.BackgroundOption{aerospike.QueueSize(1)}, aerospike.ErrInvalidArg},
			"no namespace":  {query.New("nowhere", own), put, nil, aerospike.ErrNamespace},
			"no set":        {query.New(namespace, querySet()), put, nil, aerospike.ErrRecordNotFound},
			"no index":      {query.New(namespace, own).Where(query.Equals("mod", 1)), put, nil, aerospike.ErrIndexNotFound},
		} {
			task, err := e.client.ExecuteOps(e.ctx, test.stmt, test.ops, test.opts...)
			require.ErrorIs(e, err, test.want, name)
			require.False(e, aerospike.InDoubt(err), name)
			require.Nil(e, task, name)
		}
	})
}
