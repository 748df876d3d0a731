"""The rules of the tree: who may import what, no import rings, a test for each module, no long ones, no vague names."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
MODULES = {file.relative_to(ROOT).as_posix(): file for file in sorted((ROOT / "pipeline").rglob("*.py"))}
PATHS = list(MODULES)

RESERVED = {
    "duckdb": ("pipeline/store/",),
    "httpx2": (
        "pipeline/answer/engines/openai.py",
        "pipeline/ingest/http.py",
        "pipeline/models/pull.py",
        "pipeline/watch.py",
    ),
    "llama_cpp": tuple(f"pipeline/answer/engines/{name}.py" for name in ("gguf", "layer", "sampling", "sequences")),
    "prefect": ("pipeline/flow.py",),
    "ir_measures": ("pipeline/eval/retrieval.py",),
    "sentence_transformers": ("pipeline/models/transformer.py",),
    "torch": ("pipeline/embed/encoder.py", "pipeline/retrieve/reranker.py"),
    "transformers": ("pipeline/models/transformer.py",),
}
"""Libraries that only these may import."""

PARTS = {
    "markupsafe": "jinja2",
    "pydantic_core": "pydantic",
    "safetensors": "sentence-transformers",
    "threadpoolctl": "scikit-learn",
    "transformers": "sentence-transformers",
}
"""Libraries that belong to one that the project asks for, and come with it at the version that fits."""

MAX_LINES = 300
COVERED_ELSEWHERE = {
    "pipeline/embed/encoder.py": "needs the model in the box: the tests marked `models`",
    "pipeline/answer/engines/llama_cpp.py": "needs the model in the box: the tests marked `models`",
    "pipeline/answer/engines/gguf.py": "needs the model in the box: the tests marked `models`",
    "pipeline/answer/engines/layer.py": "needs the model in the box: the tests marked `models`",
    "pipeline/answer/engines/sampling.py": "needs the model in the box: the tests marked `models`",
    "pipeline/answer/engines/sequences.py": "needs the model in the box: the tests marked `models`",
    "pipeline/flow.py": "needs a Prefect server: the tests marked `prefect`",
}


@cache
def tree_of(path: str) -> ast.Module:
    return ast.parse(MODULES[path].read_text(encoding="utf-8"))


def imported(path: str) -> Iterator[str]:
    """Dotted names that a module imports, wherever in it; `from a import b` gives `a` and `a.b`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}:{node.lineno}: name imports from the root"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def file_of(name: str) -> str | None:
    """The module of the tree with that dotted name."""
    path = name.replace(".", "/")
    return next((found for found in (f"{path}.py", f"{path}/__init__.py") if found in MODULES), None)


def test_the_tree_is_found() -> None:
    assert {"pipeline/records.py", "pipeline/store/database.py"} <= set(PATHS)


@pytest.mark.parametrize("library", RESERVED)
def test_a_library_is_imported_only_where_it_belongs(library: str) -> None:
    strays = [
        path
        for path in PATHS
        if any(name.split(".")[0] == library for name in imported(path)) and not path.startswith(RESERVED[library])
    ]
    assert strays == []


def test_every_library_that_is_imported_is_one_that_the_project_asks_for() -> None:
    """Not one that happens to be there since another library or a test needs it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    homes = dict(packages_distributions()) | {part: [whole] for part, whole in PARTS.items()}
    libraries = {name.split(".")[0]: path for path in PATHS for name in imported(path)}
    assert {
        (library, path)
        for library, path in libraries.items()
        if library != "pipeline" and library not in sys.stdlib_module_names
        if not asked & {canonicalize_name(home) for home in homes.get(library, ())}
    } == set()


def test_the_root_of_all_records_and_errors_imports_nothing_of_ours() -> None:
    for path in ("pipeline/records.py", "pipeline/errors.py"):
        assert [name for name in imported(path) if name.startswith("pipeline")] == []


def test_no_module_but_the_two_skins_imports_a_skin() -> None:
    skins = {"pipeline.cli", "pipeline.flow"}
    assert [path for path in PATHS if skins & set(imported(path)) and path not in ("pipeline/cli.py",)] == []


def test_modules_import_one_another_in_no_ring() -> None:
    graph = {path: {file for name in imported(path) if (file := file_of(name))} - {path} for path in PATHS}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a ring of imports: {' → '.join(error.args[1])}")


def has_code(path: str) -> bool:
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree_of(path)))


def test_each_module_with_code_has_its_test_file() -> None:
    untested = {
        path
        for path in PATHS
        if has_code(path) and not path.endswith("__init__.py") and not expected_test(path).exists()
    }
    assert untested - set(COVERED_ELSEWHERE) == set()


def expected_test(path: str) -> Path:
    module = Path(path).relative_to("pipeline")
    return ROOT / "tests" / module.with_name(f"test_{module.name}")


@pytest.mark.parametrize("path", PATHS)
def test_no_module_is_long_without_saying_why(path: str) -> None:
    lines = len(MODULES[path].read_text(encoding="utf-8").splitlines())
    reason = f"past {MAX_LINES} lines" in (ast.get_docstring(tree_of(path)) or "")
    assert lines <= MAX_LINES or reason, (
        f"{lines} lines: split it, or let its docstring say why it is past {MAX_LINES} lines"
    )


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "common", "core", "manager"}
    assert [path for path in PATHS if vague & set(Path(path).with_suffix("").parts)] == []


@pytest.mark.parametrize("path", PATHS)
def test_each_module_says_what_it_does(path: str) -> None:
    assert ast.get_docstring(tree_of(path))
