"""The commands, one a file: parse, call, print. A new one is a new file and a name in `allocator.cli`."""
