// Cells run one at a time in a process, in the process's one working directory and console.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
