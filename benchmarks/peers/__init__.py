"""allocator beside its neighbours, on the same curves and the same plan, in one run: ``python -m benchmarks.peers``."""
