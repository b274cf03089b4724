"""Questions that take many solves, one file each."""
