"""Amazon EBS and Amazon EFS (section 1-3): volumes by need, incremental snapshots, files shared between zones.

from kumo.storage.model import volumes, snapshots, shared_files, lifecycle

volumes.choose(volumes.Need(500, 10_000, 250, boot=False)).cheapest     # which type, how large, at what cost
store = snapshots.Store()                                               # snap, delete, restore, in any order
lifecycle.live(lifecycle.Policy(30, 90, back=False), every=45)          # a year of a file, day by day
"""
