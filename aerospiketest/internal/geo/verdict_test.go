package geo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/geo"
)

// TestTextsTheServerTakes has the verdicts of a real server.
func TestTextsTheServerTakes(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"Point","coordinates":[0,0]}`:                                         "point",
		`{"type":"Point","coordinates":[180,90]}`:                                      "point",
		`{"type":"Point","coordinates":[1e2,-9E1]}`:                                    "point",
		` {"type":"Point","coordinates":[0,0]} `:                                       "point",
		`{"TYPE":"Polygon","type":"Point","coordinates":[0,0]}`:                        "point",
		`{"type":"Point","coordinates":[99,99],"coordinates":[0,0]}`:                   "point",
		`{"type":"Point","coordinates":[0,0],"x":"\ud83d\ude00 \\u0000"}`:              "point",
		`{"type":"Feature","geometry":{"type":"Point","coordinates":[0,0]}}`:           "point",
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`:                 "region",
		`{"type":"Polygon","coordinates":[]}`:                                          "region",
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}`:          "region",
		`{"type":"MultiPolygon","coordinates":[]}`:                                     "region",
		`{"type":"AeroCircle","coordinates":[[0,0],-10]}`:                              "region",
		`{"type":"Point","coordinates":[181,0]}`:                                       "",
		`{"type":"Point","coordinates":[0,0,0]}`:                                       "",
		`{"type":"Point","coordinates":["0",0]}`:                                       "",
		`{"type":"Point","coordinates":[null,0]}`:                                      "",
		`{"type":"Point","coordinates":null}`:                                          "",
		`{"type":"Point","coordinates":{}}`:                                            "",
		`{"type":"Point"}`:                                                             "",
		`{"Type":"Point","coordinates":[0,0]}`:                                         "",
		`{"type":"Point","coordinates":[0,0]} x`:                                       "",
		`{"type":"Point","coordinates":[0,0]`:                                          "",
		`{"type":"Point","coordinates":[99999999999999999999,0]}`:                      "",
		`{"type":"Point","coordinates":[0,0],"x":99999999999999999999}`:                "",
		`{"type":"Point","coordinates":[0,0],"x":{"y":[1e999]}}`:                       "",
		`{"type":"Point","coordinates":[0,0],"x":"\u0000"}`:                            "",
		`{"type":"Point","coordinates":[0,0],"x":"\ud83d"}`:                            "",
		`{"type":"Point","coordinates":[0,0],"x":"\ude00"}`:                            "",
		`{"type":"Point","coordinates":[0,0],"x":"` + "\xff" + `"}`:                    "",
		`{"type":"LineString","coordinates":[[0,0],[1,1]]}`:                            "",
		`{"type":"Polygon","coordinates":null}`:                                        "",
		`{"type":"Polygon","coordinates":[null]}`:                                      "",
		`{"type":"Polygon","coordinates":[[]]}`:                                        "",
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}`:                       "",
		`{"type":"Polygon","coordinates":[[[0,0],[0,0],[1,0],[0,0]]]}`:                 "",
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[2,2]]]}`:                 "",
		`{"type":"MultiPolygon","coordinates":[null]}`:                                 "",
		`{"type":"AeroCircle","coordinates":[[0,0],"10"]}`:                             "",
		`{"type":"AeroCircle","coordinates":[[0,0],null]}`:                             "",
		`{"type":"AeroCircle","coordinates":[[0,0],10,1]}`:                             "",
		`{"type":"Feature"}`:                                                           "",
		`{"type":"Feature","geometry":{"type":"Feature","geometry":{"type":"Point"}}}`: "",
		`{"type":null}`: "", `null`: "", `[]`: "", ``: "",
	} {
		shape, ok := geo.Parse([]byte(text))
		got := ""
		switch {
		case ok && shape.IsRegion():
			got = "region"
		case ok:
			got = "point"
		}
		require.Equal(t, want, got, text)
	}
}
