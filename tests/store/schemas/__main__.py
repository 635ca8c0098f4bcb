"""`python -m tests.store.schemas`: write what the newest migrations need to be tested."""

from tests.store.schemas import write_missing

for path in write_missing():
    print(path)
