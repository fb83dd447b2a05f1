package wire

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFrameHeaderIsVersionTypeAndLength(t *testing.T) {
	require.Equal(t, []byte{2, 3, 0, 0, 0, 0, 1, 0x5d}, AppendFrameHeader(nil, FrameMessage, 0x15d))
	require.Equal(t, []byte{9, 2, 1, 0, 0, 8, 0, 0, 0}, AppendFrameHeader([]byte{9}, FrameInfo, MaxFrameBody))
}

func TestEndFrameFillsInTheLengthOfItsOwnFrame(t *testing.T) {
	buf, first := BeginFrame(nil, FrameInfo)
	buf = append(buf, "abc"...)
	EndFrame(buf, first)
	buf, second := BeginFrame(buf, FrameAdmin)
	buf = append(buf, "de"...)
	EndFrame(buf, second)
	require.Equal(t, "0201000000000003"+"616263"+"0202000000000002"+"6465", hex.EncodeToString(buf))
}

func TestFrameHeaderLimits(t *testing.T) {
	tests := []struct {
		name, header string
		wantType     FrameType
		wantSize     int
		wantErr      string
	}{
		{name: "info", header: "0201000000000000", wantType: FrameInfo},
		{name: "admin", header: "0202000000000010", wantType: FrameAdmin, wantSize: 16},
		{name: "admin of version 0", header: "0002000000000010", wantType: FrameAdmin, wantSize: 16},
		{name: "message", header: "0203000000000016", wantType: FrameMessage, wantSize: 22},
		{name: "compressed", header: "0204000000000100", wantType: FrameCompressed, wantSize: 256},
		{name: "largest body", header: "0203000008000000", wantType: FrameMessage, wantSize: MaxFrameBody},
		{name: "bytes after the header", header: "0203000000000016ffff", wantType: FrameMessage, wantSize: 22},
		{name: "body too large", header: "0203000008000001", wantErr: "body of 134217729 bytes"},
		{name: "largest length", header: "0203ffffffffffff", wantErr: "body of 281474976710655 bytes"},
		{name: "message of version 0", header: "0003000000000016", wantErr: "version 0"},
		{name: "version 1", header: "0103000000000016", wantErr: "version 1"},
		{name: "version 3", header: "0303000000000016", wantErr: "version 3"},
		{name: "type 0", header: "0200000000000000", wantErr: "type 0"},
		{name: "type 5, internal to servers", header: "0205000000000000", wantErr: "type 5"},
		{name: "type 255", header: "02ff000000000000", wantErr: "type 255"},
		{name: "TLS record", header: "160301020001000f", wantErr: "version 22"},
		{name: "seven bytes", header: "02030000000000", wantErr: "need 8 bytes, have 7"},
		{name: "nothing", wantErr: "need 8 bytes, have 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := hex.DecodeString(tt.header)
			require.NoError(t, err)
			gotType, gotSize, err := ParseFrameHeader(b)
			if tt.wantErr != "" {
				var fault *Error
				require.ErrorAs(t, err, &fault)
				require.ErrorContains(t, err, tt.wantErr)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.wantType, gotType)
			require.Equal(t, tt.wantSize, gotSize)
		})
	}
}

func FuzzParseFrameHeader(f *testing.F) {
	for _, name := range goldenNames(f) {
		f.Add(golden(f, name))
	}
	f.Add([]byte{0, 2, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		ft, size, err := ParseFrameHeader(b)
		if err != nil {
			require.Zero(t, size)
			return
		}
		require.LessOrEqual(t, size, MaxFrameBody)
		again := AppendFrameHeader(nil, ft, size)
		require.True(t, bytes.Equal(again[1:], b[1:FrameHeaderSize]), "all but the version")
	})
}
