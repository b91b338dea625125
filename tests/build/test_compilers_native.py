"""Compilers that a machine may lack: their words are as they printed them, versions as named."""

from __future__ import annotations

from pathlib import Path

import pytest
from goldstep.build.compilers import classify, read_diagnostics
from goldstep.results.records import Location

GCC = """\
a.c: In function \u2018main\u2019:
a.c:1:28: warning: implicit declaration of function \u2018sqrt\u2019 [-Wimplicit]
    1 | int main(void){ double x = sqrt(2.0) + avg; foo_t y; return 0; }
      |                            ^~~~
a.c:1:1: note: include \u2018<math.h>\u2019 or provide a declaration of \u2018sqrt\u2019
a.c:1:40: error: \u2018avg\u2019 undeclared (first use in this function)
a.c:1:40: note: each undeclared identifier is reported only once for each function it appears in
a.c:1:45: error: unknown type name \u2018foo_t\u2019
"""
GPP = """\
a.cpp:1:18: error: 'vector' is not a member of 'std'
    1 | int main(){ std::vector<int> v; return avg; }
a.cpp:1:1: note: 'std::vector' is defined in header '<vector>'; \
did you forget to '#include <vector>'?
a.cpp:1:40: error: 'avg' was not declared in this scope
"""
CLANG = """\
a.c:3:5: error: use of undeclared identifier 'avg'
a.c:1:10: fatal error: 'nothere.h' file not found
"""
GO = """\
# command-line-arguments
./a.go:2:20: undefined: math
./a.go:2:49: undefined: avg
"""
RUST = """\
error[E0425]: cannot find type `HashMap` in this scope
 --> src/main.rs:1:20
  |
1 | fn main() { let m: HashMap<String, i32> = HashMap::new(); println!("{}", avg); }
  |                    ^^^^^^^ not found in this scope
  |
help: consider importing this struct
  |
1 + use std::collections::HashMap;
  |

error[E0433]: cannot find type `HashMap` in this scope
 --> src/main.rs:1:43
  |
help: consider importing this struct
  |
1 + use std::collections::HashMap;
  |

error[E0425]: cannot find value `avg` in this scope
 --> src/main.rs:1:74

error: aborting due to 3 previous errors

For more information about this error, try `rustc --explain E0425`.
"""
RUST_SYNTAX = """\
error: mismatched closing delimiter: `}`
 --> a.rs:1:96
  |

error: aborting due to 1 previous error
"""
NODE = """\
/tmp/work/port.js:1
function f(x) { return %s; }
                ^

ReferenceError: %s is not defined
    at f (/tmp/work/port.js:1:17)
    at Object.<anonymous> (/tmp/work/port.js:2:13)
    at Module._compile (node:internal/modules/cjs/loader:1521:14)

Node.js v20.20.2
"""
NODE_SYNTAX = """\
/tmp/work/port.js:1
function f(x) { return (x; }
                         ^

SyntaxError: Unexpected token ';'
    at wrapSafe (node:internal/modules/cjs/loader:1464:18)
    at Module._compile (node:internal/modules/cjs/loader:1495:20)

Node.js v20.20.2
"""
NODE_MODULE = """\
node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module 'nothere'
Require stack:
- /tmp/work/port.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)
    at Object.<anonymous> (/tmp/work/port.js:1:11) {
  code: 'MODULE_NOT_FOUND'
}
"""
KOTLIN = "port.kt:3:5: error: unresolved reference: avg\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # gcc 12 warns of a function without a header, which is no error.
        (GCC, [("unresolved-symbol", "avg", 40), ("unresolved-symbol", "foo_t", 45)]),
        (GPP, [("missing-import", "<vector>", 18), ("unresolved-symbol", "avg", 40)]),
        (CLANG, [("build-failure", "nothere.h", 10), ("unresolved-symbol", "avg", 5)]),
        (GO, [("missing-import", "math", 20), ("unresolved-symbol", "avg", 49)]),
        (
            RUST,
            [("missing-import", "std::collections::HashMap", 20), ("unresolved-symbol", "avg", 74)],
        ),
        (RUST_SYNTAX, [("build-failure", None, 96)]),
        (NODE % ("avg", "avg"), [("unresolved-symbol", "avg", None)]),
        (NODE % ("fs.x", "fs"), [("missing-import", "fs", None)]),
        (NODE_SYNTAX, [("build-failure", None, None)]),
        (NODE_MODULE, [("build-failure", "nothere", None)]),
        (KOTLIN, [("unresolved-symbol", "avg", 5)]),
        ("b.go:2:8: package nothere/foo is not in std\n", [("build-failure", "nothere/foo", 8)]),
        ("error: no such option: --foo\n", [("build-failure", None, None)]),
    ],
)
def test_each_compiler_is_understood(
    text: str, expected: list[tuple[str, str | None, int | None]]
) -> None:
    found = classify(read_diagnostics(text))

    told = [(each.id, each.subject, each.place.column if each.place else None) for each in found]
    assert told == expected


def test_the_place_of_a_javascript_error_is_in_the_port(tmp_path: Path) -> None:
    (tmp_path / "port.js").write_text("const a = 1;\n")

    (found,) = classify(
        read_diagnostics(NODE_MODULE.replace("/tmp/work", str(tmp_path)), folders=[tmp_path])
    )

    assert found.place == Location("port.js", 1)


def test_each_format_has_one_reader() -> None:
    """No message is told twice, by two readers."""
    texts = {"gcc": GCC, "go": GO, "rustc": RUST, "node": NODE, "kotlinc": KOTLIN}
    for name, text in texts.items():
        said = read_diagnostics(text)
        assert {each.dialect.name for each in said} == {name}
        assert len({each.place for each in said}) == len(said)
