"""The labs' helper: an AWS on the reader's own machine, checks of what stands in it, and solutions to go on from.

The first cell of a lab starts it; every later cell stands on its own, so that a cell which runs too early, or after
the kernel was restarted, gets an answer instead of a ``NameError``::

    from kumo.labs import lab

    lab.start("dynamodb")
    client = lab.client("dynamodb")         # boto3, as it is
    lab.cli("aws dynamodb list-tables")     # the AWS CLI, as it is
    lab.check("table")                      # what stands in the service, and what is missing
    lab.catch_up("table")                   # the solution up to a step, after a restart

==============  ===========================================================================================
``session``     `lab`, the one session of a process
``sandbox``     the AWS environment variables of the process: nothing of the user's own is left in them
``endpoint``    which addresses are this machine
``server``      moto's server on a free port of the loopback address
``cli``         the AWS CLI: where it is, and command lines as they are written in a shell
``steps``       what a lab's checks are made of; the checks themselves are in ``checks/<lab>.py``
``solutions``   the solutions' cells, from the recorded notebooks
``words``       every sentence that readers see
==============  ===========================================================================================

moto, boto3 and the rest of requirements.txt are imported when a lab starts, not before.
"""

from kumo.labs.errors import LabError
from kumo.labs.session import Lab, lab

__all__ = ["Lab", "LabError", "lab"]
