"""HiGHS in several processes: what to do before a process is forked, and how a new one shows that it can solve."""

from __future__ import annotations

import highspy

from allocator.solve.options import Options

# Other solvers keep threads of their own (Clarabel's may be a pool of Rust's), which a fork would not bring along.
_FORKED = ("auto", "highs")


def may_fork(options: Options) -> bool:
    """Whether what `options` solves with survives being forked."""
    return options.solver in _FORKED


def settle() -> None:
    """End the threads that HiGHS keeps for the process, so that a fork leaves none behind.

    In the child they would be missing, and HiGHS would wait for them for ever.
    """
    highspy.Highs.resetGlobalScheduler(True)


def try_out(threads: int = 1) -> None:
    """Solve a program of one column, as a sign that HiGHS works in this process.

    Raises
    ------
    RuntimeError
        When it does not find the optimum.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", threads)
    solver.addVar(0.0, 1.0)
    solver.changeColCost(0, -1.0)
    solver.run()
    if solver.getObjectiveValue() != -1.0:
        raise RuntimeError("HiGHS does not solve in this process")
