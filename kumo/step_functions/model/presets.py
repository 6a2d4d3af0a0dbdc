"""State machines to begin with: each shows one thing, and all run with the same input."""

from __future__ import annotations

import json
from typing import Any

_FUNCTION = "arn:aws:lambda:ap-northeast-1:123456789012:function:"
_CLUSTER = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/nightly"
_TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:results"

INPUT: dict[str, Any] = {
    "orderId": "A-1001",
    "amount": 120,
    "items": [{"sku": "pen", "count": 2}, {"sku": "ink", "count": 1}, {"sku": "desk", "count": 1}],
}

ORDER = """{
  "Comment": "Check the stock, ask for approval of large orders, charge",
  "StartAt": "CheckStock",
  "States": {
    "CheckStock": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:ap-northeast-1:123456789012:function:CheckStock",
      "TimeoutSeconds": 10,
      "ResultPath": "$.stock",
      "Retry": [
        {
          "ErrorEquals": ["Lambda.ServiceException", "States.Timeout"],
          "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 2
        }
      ],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Apologize"}],
      "Next": "LargeOrder?"
    },
    "LargeOrder?": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.amount", "NumericGreaterThan": 100, "Next": "Approval"}],
      "Default": "Charge"
    },
    "Approval": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {
        "QueueUrl": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/approvals",
        "MessageBody": {"order.$": "$.orderId", "token.$": "$$.Task.Token"}
      },
      "ResultPath": null,
      "Next": "Charge"
    },
    "Charge": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:ap-northeast-1:123456789012:function:Charge",
      "End": true
    },
    "Apologize": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sns:publish",
      "Parameters": {
        "TopicArn": "arn:aws:sns:ap-northeast-1:123456789012:apologies",
        "Message.$": "States.Format('Order {} failed', $.orderId)"
      },
      "Next": "Failed"
    },
    "Failed": {"Type": "Fail", "Error": "OrderFailed", "Cause": "The order could not be processed"}
  }
}"""

# The same order in the other query language: what ResultPath carried along there is kept in variables here.
JSONATA_ORDER = """{
  "Comment": "The same order: expressions in JSONata, and variables instead of ResultPath",
  "QueryLanguage": "JSONata",
  "StartAt": "CheckStock",
  "States": {
    "CheckStock": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:ap-northeast-1:123456789012:function:CheckStock",
      "Arguments": {"skus": "{% [$states.input.items.sku] %}"},
      "TimeoutSeconds": 10,
      "Output": "{% $states.input %}",
      "Assign": {
        "orderId": "{% $states.input.orderId %}",
        "stock": "{% $states.result %}",
        "total": "{% $round($states.input.amount, 2) %}"
      },
      "Retry": [
        {
          "ErrorEquals": ["Lambda.ServiceException", "States.Timeout"],
          "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 2
        }
      ],
      "Catch": [
        {
          "ErrorEquals": ["States.ALL"],
          "Output": "{% $states.input %}",
          "Assign": {"failure": "{% $states.errorOutput %}"},
          "Next": "Apologize"
        }
      ],
      "Next": "LargeOrder?"
    },
    "LargeOrder?": {
      "Type": "Choice",
      "Choices": [{"Condition": "{% $total > 100 %}", "Next": "Approval"}],
      "Default": "Charge"
    },
    "Approval": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Arguments": {
        "QueueUrl": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/approvals",
        "MessageBody": {
          "text": "{% 'Order ' & $states.input.orderId & ': ' & $total %}",
          "token": "{% $states.context.Task.Token %}"
        }
      },
      "Next": "Charge"
    },
    "Charge": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:ap-northeast-1:123456789012:function:Charge",
      "Arguments": {
        "orderId": "{% $orderId %}",
        "skus": "{% $stock.skus %}",
        "amount": "{% $total %}"
      },
      "End": true
    },
    "Apologize": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sns:publish",
      "Arguments": {
        "TopicArn": "arn:aws:sns:ap-northeast-1:123456789012:apologies",
        "Message": "{% 'Order ' & $states.input.orderId & ' failed: ' & $failure.Error %}"
      },
      "Next": "Failed"
    },
    "Failed": {"Type": "Fail", "Error": "OrderFailed", "Cause": "The order could not be processed"}
  }
}"""


def _notify(message: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {"TopicArn": _TOPIC, "Message": message},
        "End": True,
    }


# A container that runs to its end, and a message about how it went.
FARGATE = {
    "Comment": "Run a task on AWS Fargate and tell how it went",
    "StartAt": "Run Fargate Task",
    "TimeoutSeconds": 3600,
    "States": {
        "Run Fargate Task": {
            "Type": "Task",
            "Resource": "arn:aws:states:::ecs:runTask.sync",
            "Parameters": {"LaunchType": "FARGATE", "Cluster": _CLUSTER, "TaskDefinition": "report:3"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Notify Failure"}],
            "Next": "Notify Success",
        },
        "Notify Success": _notify("The report is ready"),
        "Notify Failure": _notify("The report failed"),
    },
}


def _chain(*names: str) -> dict[str, Any]:
    """Return a machine of tasks, one after the other."""
    states = {
        name: {"Type": "Task", "Resource": _FUNCTION + name.replace(" ", ""), "Next": following}
        for name, following in zip(names, [*names[1:], ""], strict=True)
    }
    states[names[-1]].pop("Next")
    states[names[-1]]["End"] = True
    return {"StartAt": names[0], "States": states}


# Machine learning: training and preparation of the data side by side, then one after the other.
TRAINING = {
    "Comment": "Train a model and apply it",
    "StartAt": "Prepare",
    "States": {
        "Prepare": {
            "Type": "Parallel",
            "Branches": [
                _chain("Preprocess training data", "Train model", "Create model"),
                _chain("Preprocess inference data"),
            ],
            "ResultPath": "$.prepared",
            "Next": "Batch transform",
        },
        "Batch transform": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sagemaker:createTransformJob.sync",
            "ResultPath": "$.transformed",
            "Next": "Postprocess",
        },
        "Postprocess": {"Type": "Task", "Resource": _FUNCTION + "Postprocess", "End": True},
    },
}

# One iteration for each item of an order.
ITEMS = {
    "Comment": "Pack each item of the order, two at a time",
    "StartAt": "Pack all",
    "States": {
        "Pack all": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemSelector": {"order.$": "$.orderId", "item.$": "$$.Map.Item.Value"},
            "MaxConcurrency": 2,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "Pick",
                "States": {
                    "Pick": {
                        "Type": "Task",
                        "Resource": _FUNCTION + "Pick",
                        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}],
                        "Next": "Wrap",
                    },
                    "Wrap": {"Type": "Task", "Resource": _FUNCTION + "Wrap", "End": True},
                },
            },
            "ResultPath": "$.packed",
            "Next": "Ship",
        },
        "Ship": {"Type": "Succeed"},
    },
}

# A loop: look again every 30 seconds, three times at most.
POLLING = {
    "Comment": "Look at a job until it is done",
    "StartAt": "Submit job",
    "States": {
        "Submit job": {
            "Type": "Task",
            "Resource": "arn:aws:states:::glue:startJobRun",
            "ResultSelector": {"looks": 0},
            "ResultPath": "$.job",
            "Next": "Wait 30 s",
        },
        "Wait 30 s": {"Type": "Wait", "Seconds": 30, "Next": "Look"},
        "Look": {
            "Type": "Pass",
            "Parameters": {"looks.$": "States.MathAdd($.job.looks, 1)"},
            "ResultPath": "$.job",
            "Next": "Done?",
        },
        "Done?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.job.looks", "NumericGreaterThanEquals": 3, "Next": "Report"}],
            "Default": "Wait 30 s",
        },
        "Report": {"Type": "Task", "Resource": _FUNCTION + "Report", "End": True},
    },
}

MACHINES: dict[str, dict[str, Any]] = {
    "order": json.loads(ORDER),
    "jsonata": json.loads(JSONATA_ORDER),
    "fargate": FARGATE,
    "training": TRAINING,
    "items": ITEMS,
    "polling": POLLING,
}

# The same as texts, as a reader sees them.
TEXTS = {key: json.dumps(machine, indent=2) for key, machine in MACHINES.items()} | {
    "order": ORDER,
    "jsonata": JSONATA_ORDER,
}
