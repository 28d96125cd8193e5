"""The JSON documents that others rely on word for word, each a module of pydantic models with the
function that makes one.

Fields are added, never renamed. `make docs` writes their schemas to docs/, from
`okrsync.report.documents.schemas`. A field whose value may be left out has a default; every other
field is always there.
"""
