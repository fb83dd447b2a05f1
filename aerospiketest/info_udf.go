package aerospiketest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/security"
	"github.com/aerospike-go/aerospike-go/internal/lua"
)

// udfCommands register, show and remove Lua modules (udf_cask.c).
var udfCommands = map[string]infoCommand{
	"udf-put":         {answer: udfPut, needs: security.UDFAdmin},
	"udf-get":         {answer: udfGet},
	"udf-list":        {answer: udfList},
	"udf-remove":      {answer: udfRemove, needs: security.UDFAdmin},
	"udf-clear-cache": {answer: udfClearCache, needs: security.UDFAdmin},
}

// moduleFolder is where the real server keeps modules; errors of Lua name it.
const moduleFolder = "/opt/aerospike/usr/udf/lua/"

// Answers to commands about modules.
const (
	udfBadName    = "error=invalid_filename"
	udfBadLength  = "error=invalid_content_len"
	udfBadType    = "error=invalid_udf_type"
	udfBadContent = "error=invalid_content"
	udfBadBase64  = "error=invalid_base64_content"
	udfTooLong    = "error=invalid_udf_content_len,>1M"
	udfNotFound   = "error=not_found"
)

// Bounds on modules.
const (
	maxUDFFile    = 127
	maxUDFContent = 1 << 20
)

// udfFile returns the parameter that names a module's file.
func (c *infoCall) udfFile() (string, bool) {
	name, ok := c.param("filename")
	return name, ok && len(name) <= maxUDFFile
}

func udfPut(c *infoCall) string {
	file, ok := c.udfFile()
	base, extension, dotted := strings.Cut(file, ".")
	if !ok || !dotted || base == "" || extension == "" {
		return udfBadName
	}
	length, ok := c.param("content-len")
	if !ok || len(length) > 10 {
		return udfBadLength
	}
	if kind, ok := c.param("udf-type"); ok && kind != "LUA" {
		return udfBadType
	}
	n, err := strconv.ParseUint(length, 0, 32)
	if err != nil || n%4 != 0 {
		return udfBadLength
	}
	content, ok := c.param("content")
	switch {
	case !ok || uint64(len(content)) != n:
		return udfBadContent
	case base64.StdEncoding.DecodedLen(len(content)) > maxUDFContent:
		return udfTooLong
	}
	source, err := base64.StdEncoding.Strict().DecodeString(content)
	if err != nil || content == "" || strings.ContainsAny(content, "\r\n") {
		return udfBadBase64
	}
	if err := c.server.modules.Put(file, content, source); err != nil {
		var fault *lua.CompileError
		if !errors.As(err, &fault) {
			fault = &lua.CompileError{Message: err.Error()}
		}
		return fmt.Sprintf("error=compile_error;file=%s;line=%d;message=%s", fault.File, fault.Line,
			base64.StdEncoding.EncodeToString([]byte(fault.Message)))
	}
	return infoOK
}

func udfGet(c *infoCall) string {
	file, ok := c.udfFile()
	if !ok {
		return udfBadName
	}
	content, ok := c.server.modules.Source(file)
	switch {
	case !ok:
		return udfNotFound
	case content == "":
		return "error=empty"
	}
	return "type=LUA;content=" + content + ";"
}

func udfList(c *infoCall) string {
	var out strings.Builder
	for _, m := range c.server.modules.List() {
		fmt.Fprintf(&out, "filename=%s,hash=%s,type=LUA;", m.File, m.Hash)
	}
	return out.String()
}

func udfRemove(c *infoCall) string {
	file, ok := c.udfFile()
	if !ok {
		return udfBadName
	}
	c.server.modules.Remove(file)
	return infoOK
}

func udfClearCache(c *infoCall) string {
	c.server.modules.ClearCache()
	return infoOK
}
