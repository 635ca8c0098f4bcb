"""What is secret is never compared with `==`, which tells by its time how much of a guess was right."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HELPER = Path(__file__).parents[2] / "helper"
SECRET = re.compile(r"(^|_)(secret|signature|digest|hmac|proof|proof_key|token|bearer|code_hash|token_hash)$")
# The stand-in for LINE has nothing worth guessing.
SOURCES = [path for path in sorted(HELPER.rglob("*.py")) if "sandbox" not in path.parts]


def _names(node: ast.expr) -> Iterator[str]:
    """What an operand is called: `signature`, `token.digest`, `sign(…)`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Call(func=called):
            yield from _names(called)
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            yield name


def _plain_comparisons(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Compare) and any(
            isinstance(operator, ast.Eq | ast.NotEq) for operator in node.ops
        ):
            for operand in (node.left, *node.comparators):
                if any(SECRET.search(name) for name in _names(operand)):
                    yield f"{path.relative_to(HELPER)}:{node.lineno} {ast.unparse(node)}"


def test_no_secret_is_compared_plainly() -> None:
    assert [found for path in SOURCES for found in _plain_comparisons(path)] == []


def test_the_look_finds_what_it_looks_for(tmp_path: Path) -> None:
    source = tmp_path / "helper.py"
    source.write_text("x = sign(secret, body) == signature\n", "utf-8")
    tree = ast.parse(source.read_text("utf-8")).body[0]
    assert isinstance(tree, ast.Assign)
    assert isinstance(tree.value, ast.Compare)
    operands = (tree.value.left, *tree.value.comparators)
    assert [name for operand in operands for name in _names(operand) if SECRET.search(name)] == ["signature"]


def test_signatures_are_compared_in_constant_time() -> None:
    source = (HELPER / "line" / "signature.py").read_text("utf-8")
    assert "return hmac.compare_digest(" in source


def test_tokens_and_codes_are_found_by_their_hash() -> None:
    """An index tells by its time at most how a SHA-256 begins, which helps nobody to find what it is of."""
    source = (HELPER / "flows" / "pairing.py").read_text("utf-8")
    assert "find_token_by_hash(reader, token_hash, now)" in source
    assert "use_code(transaction, code_hash, now)" in source
    assert "hashlib.sha256(" in (HELPER / "model" / "codes.py").read_text("utf-8")
