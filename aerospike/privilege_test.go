package aerospike

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPrivilegesAreWrittenByName(t *testing.T) {
	for text, want := range map[string]Privilege{
		"sys-admin":              {Code: PrivilegeSysAdmin},
		"sindex-admin":           {Code: PrivilegeIndexAdmin},
		"read":                   {Code: PrivilegeRead},
		"read-write.test":        {Code: PrivilegeReadWrite, Namespace: "test"},
		"read-write-udf.test.s":  {Code: PrivilegeReadWriteUDF, Namespace: "test", Set: "s"},
		"write-masked.test.a.b.": {Code: PrivilegeWriteMasked, Namespace: "test", Set: "a.b."},
	} {
		p, err := ParsePrivilege(text)
		require.NoError(t, err, text)
		require.Equal(t, want, p)
		require.Equal(t, text, p.String())
		data, err := json.Marshal([]Privilege{p})
		require.NoError(t, err)
		require.Equal(t, `["`+text+`"]`, string(data))
		var back []Privilege
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, []Privilege{want}, back)
	}
	for text, want := range map[string]string{
		"":                "unknown privilege",
		"Read":            "unknown privilege",
		"privilege-99":    "unknown privilege",
		"read.":           "nothing behind the dot",
		"read.test.":      "nothing behind the dot",
		"read..s":         "nothing behind the dot",
		"sys-admin.test":  "holds everywhere",
		"read.te:st":      "character",
		"read.test.s;s=1": "character",
	} {
		_, err := ParsePrivilege(text)
		require.ErrorIs(t, err, ErrInvalidArg, text)
		require.ErrorContains(t, err, want)
	}
	require.Equal(t, "read..s", Privilege{Code: PrivilegeRead, Set: "s"}.String())
}

func TestPrivilegesThatCannotBe(t *testing.T) {
	for _, p := range []Privilege{
		{Code: 99}, {Code: PrivilegeRead, Set: "s"}, {Code: PrivilegeUserAdmin, Namespace: "test"},
		{Code: PrivilegeRead, Namespace: "a-name-of-more-than-31-characters"},
	} {
		require.ErrorIs(t, p.check(), ErrInvalidArg, "%v", p)
	}
}

func FuzzParsePrivilege(f *testing.F) {
	for _, text := range []string{"read", "read.test", "read.test.a.b", "sys-admin", "."} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := ParsePrivilege(text); err == nil {
			require.Equal(t, text, p.String())
		} else {
			require.ErrorIs(t, err, ErrInvalidArg)
		}
	})
}
