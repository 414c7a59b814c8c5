"""What users of clusters may set: one word each on the command line, such as `slurm.partition=short`."""

from model.settings import Setting

OPTIONS = (
    Setting("ray.address", str, "", "text", "a Ray cluster that runs: auto, or HOST:6379; started here if empty"),
    Setting("dask.address", str, "", "text", "a Dask scheduler that runs: tcp://HOST:8786; started here if empty"),
    Setting("slurm.partition", str, "", "text", "Slurm's partition; the cluster's usual one if empty"),
    Setting("slurm.account", str, "", "text", "account that pays; the user's usual one if empty"),
    Setting("slurm.jobs", int, 10, "jobs", "jobs of the array, each with its share of the parts", 1, 10_000),
    Setting("slurm.cpus", int, 16, "cores", "cores of a job, and its threads", 1, 1024),
    Setting("slurm.memory_gb", int, 16, "GB", "memory of a job", 1, 10_000),
    Setting("slurm.minutes", int, 60, "minutes", "time limit of a job; one that meets it is queued again", 1, 100_000),
    Setting("slurm.setup", str, "", "text", "what a job's shell does first, such as module load python"),
    Setting("slurm.here", str, "false", "text", "jobs are processes of this machine", choices=("false", "true")),
)
"""Each begins with the name of the executor that it is of."""
