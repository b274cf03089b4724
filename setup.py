"""The packages of the wheel; everything else is in pyproject.toml.

A wheel has no folder beside the package, so `models/` and `examples/` travel inside it as
`allocator/_models` and `allocator/_examples`, which `allocator.resources` looks for first.
"""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["allocator*"]),
        "allocator._models",
        "allocator._models.laws",
        "allocator._examples",
    ],
    package_dir={
        "allocator": "allocator",
        "allocator._models": "models",
        "allocator._models.laws": "models/laws",
        "allocator._examples": "examples",
    },
    package_data={
        "allocator": ["py.typed"],
        "allocator._models": ["*.toml"],
        "allocator._models.laws": ["*.toml"],
        "allocator._examples": ["*.toml"],
    },
    include_package_data=False,
)
