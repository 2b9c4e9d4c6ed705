"""Believable recommendations in any number, to try the product out and to measure it.

Nothing here is real. Every body, person, resolution and topic made up says "mẫu" in
its name, so that it can be told from the register's own.

Rows are written many at a time and past the services, which take one lock and one
request per act. What the services demand is therefore kept here once more; the tests
and `verify_history` hold it against the result. The history library gets no records:
nobody edited these rows, and a first record each would only double what is written.
"""
