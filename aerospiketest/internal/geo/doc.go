// Package geo knows the geometry of GeoJSON values as the server does
// (as/src/geospatial, with Google's S2 library): which texts it takes, the S2 cells
// that it stores with them, and which points lie in which regions.
package geo
