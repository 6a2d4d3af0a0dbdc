"""What DynamoDB answers when it refuses a request: its code, and its message word by word.

Sources of the texts: AWS documentation, error texts quoted in public issues and in the test suites of projects that
compare themselves with the service (dynalite, ScyllaDB Alternator, moto), read 2026-11-26. A text that none of them
quotes is written in the same manner and marked with (*).
"""

from __future__ import annotations

VALIDATION = "ValidationException"
CONDITION_FAILED = "ConditionalCheckFailedException"
TRIMMED = "TrimmedDataAccessException"
LIMIT_EXCEEDED = "LimitExceededException"

# Parts of an expression carry its name in front: "Invalid FilterExpression: …".
_EXPRESSION = {
    "empty": "The expression can not be empty;",
    "too-long": "Expression size has exceeded the maximum allowed size; expression size: {size}",
    "syntax": 'Syntax error; token: "{token}", near: "{near}"',
    "nesting": "The expression has too many nested parts;",  # (*)
    "operators": "The expression contains too many operators or functions;",  # (*)
    "redundant": "The expression has redundant parentheses;",
    "function": "Invalid function name; function: {name}",
    "misused": "The function is not allowed to be used this way in an expression; function: {name}",
    "reserved": "Attribute name is a reserved keyword; reserved keyword: {name}",
    "section": 'The "{name}" section can only be used once in an update expression;',
    "undefined-name": ("An expression attribute name used in the document path is not defined; attribute name: {name}"),
    "undefined-value": "An expression attribute value used in expression is not defined; attribute value: {name}",
    "operands": (
        "Incorrect number of operands for operator or function; operator or function: {name}, "
        "number of operands: {count}"
    ),
    "too-many-options": "Too many operands for the IN operator; number of operands: {count}",  # (*)
    "distinct": (
        "The first operand must be distinct from the remaining operands for this operator or function; "
        "operator: {name}, first operand: {path}"
    ),
    "path-wanted": "Operator or function requires a document path; operator or function: {name}",
    "operand-type": (
        "Incorrect operand type for operator or function; operator or function: {name}, operand type: {type}"
    ),
    "action-type": "Incorrect operand type for operator or function; operator: {name}, operand type: {type}",
    "type-name": ("Invalid attribute type name found; type: {name}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"),
    "between-types": (
        "The BETWEEN operator requires same data type for lower and upper bounds; "
        "lower bound operand: AttributeValue: {low}, upper bound operand: AttributeValue: {high}"
    ),
    "between-order": (
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
        "lower bound operand: AttributeValue: {low}, upper bound operand: AttributeValue: {high}"
    ),
    "overlap": (
        "Two document paths overlap with each other; must remove or rewrite one of these paths; "
        "path one: {one}, path two: {two}"
    ),
    "conflict": (
        "Two document paths conflict with each other; must remove or rewrite one of these paths; "
        "path one: {one}, path two: {two}"
    ),
}

_REQUEST = {
    "unused-names": "Value provided in ExpressionAttributeNames unused in expressions: keys: {{{keys}}}",
    "unused-values": "Value provided in ExpressionAttributeValues unused in expressions: keys: {{{keys}}}",
    "name-key": 'ExpressionAttributeNames contains invalid key: Syntax error; key: "{key}"',
    "value-key": 'ExpressionAttributeValues contains invalid key: Syntax error; key: "{key}"',
    "placeholder-length": "Expression attribute names and values may have {limit} bytes at most; key: {key}",  # (*)
    "type": (
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
    ),
    "no-type": "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    "number": "The parameter cannot be converted to a numeric value: {value}",
    "digits": "Attempting to store more than 38 significant digits in a Number",
    "overflow": "Number overflow. Attempting to store a number with magnitude larger than supported range",
    "underflow": "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    "empty-set": "One or more parameter values were invalid: An {type} set  may not be empty",
    "duplicates": "One or more parameter values were invalid: Input collection contains duplicates",
    "depth": "Nesting Levels have exceeded supported limits",
    "item-size": "Item size has exceeded the maximum allowed size",
    "item-size-update": "Item size to update has exceeded the maximum allowed size",
    "missing-attribute": "The provided expression refers to an attribute that does not exist in the item",
    "invalid-path": "The document path provided in the update expression is invalid for update",
    "data-type": "An operand in the update expression has an incorrect data type",
    "key-schema": "The provided key element does not match the schema",
    "missing-key": "One or more parameter values were invalid: Missing the key {name} in the item",
    "key-type": (
        "One or more parameter values were invalid: Type mismatch for key {name} expected: {wanted} actual: {type}"
    ),
    "index-key-type": (
        "One or more parameter values were invalid: Type mismatch for Index Key {name} Expected: {wanted} "
        "Actual: {type} IndexName: {index}"
    ),
    "empty-key": (
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
        "string value. Key: {name}"
    ),
    "partition-size": (
        "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of{limit} bytes"
    ),
    "sort-size": (
        "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit "
        "of {limit} bytes"
    ),
    "key-update": (
        "One or more parameter values were invalid: Cannot update attribute {name}. This attribute is part of the key"
    ),
    "key-operator": "Invalid operator used in KeyConditionExpression: {name}",
    "key-nested": "KeyConditionExpressions cannot have conditions on nested attributes",
    "key-operation": "KeyConditionExpressions cannot contain nested operations",
    "key-no-attribute": "Invalid condition in KeyConditionExpression: No key attribute specified",
    "key-two-attributes": "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
    "key-twice": "KeyConditionExpressions must only contain one condition per key",
    "key-missed": "Query condition missed key schema element: {name}",
    "key-unsupported": "Query key condition not supported",
    "key-condition-type": (
        "One or more parameter values were invalid: Condition parameter type does not match schema type"
    ),
    "filter-key": "Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}",
    "no-index": "The table does not have the specified index: {name}",
    "consistent-index": "Consistent reads are not supported on global secondary indexes",
    "not-projected": (
        "One or more parameter values were invalid: Global secondary index {index} does not project [{name}]"
    ),
    "limit": (
        "1 validation error detected: Value '{value}' at 'limit' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1"
    ),
    "start-key": "The provided starting key is invalid",
    "return-values": "ReturnValues can only be {allowed}",
}


class DynamoDBError(Exception):
    """A request that DynamoDB refuses.

    Attributes
    ----------
    code : str
        Name of the exception as the service gives it (``ValidationException`` …).
    kind : str
        Which rule is broken: a key of this module's texts, or ``condition-failed``.
    message : str
        The service's text.
    data : dict
        What fills the text, for those who want to explain it.

    """

    def __init__(self, code: str, kind: str, message: str, **data: object) -> None:
        self.code, self.kind, self.message, self.data = code, kind, message, data
        super().__init__(f"{code}: {message}")

    @property
    def position(self) -> int | None:
        """Where in the expression the fault is, in characters from its start; None when it has no place."""
        return self.data.get("position")  # type: ignore[return-value]


def in_expression(label: str, kind: str, **data: object) -> DynamoDBError:
    """Return the refusal of an expression called `label` (``ConditionExpression`` …)."""
    return DynamoDBError(VALIDATION, kind, f"Invalid {label}: {_EXPRESSION[kind].format(**data)}", label=label, **data)


def invalid(kind: str, **data: object) -> DynamoDBError:
    """Return the refusal of a request or of a value."""
    return DynamoDBError(VALIDATION, kind, _REQUEST[kind].format(**data), **data)


def condition_failed() -> DynamoDBError:
    """Return the answer to a write whose condition is not met."""
    return DynamoDBError(CONDITION_FAILED, "condition-failed", "The conditional request failed")


def trimmed() -> DynamoDBError:
    """Return the answer to a reader of a stream whose place in it has been trimmed."""
    text = "The operation attempted to read past the oldest stream record in a shard."  # (*), as its documentation says
    return DynamoDBError(TRIMMED, "trimmed", text)


def too_many_records(limit: int) -> DynamoDBError:
    """Return the answer to a GetRecords that asks for more than `limit` records."""
    text = f"GetRecords was called with a value of more than {limit} for the limit request parameter."  # (*)
    return DynamoDBError(LIMIT_EXCEEDED, "too-many-records", text, limit=limit)
