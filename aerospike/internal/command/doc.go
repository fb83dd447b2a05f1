// Package command turns policies, keys and operations into the parts of a message
// about one record, and the reply to several operations back into one result each.
// It sends nothing. Single calls and the rows of batches share it, so that an option
// means the same in both.
package command
