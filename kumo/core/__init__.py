"""What all services share: the explorer's contract, random streams, the drawing kit and the ledger of facts."""
