// One studio at a time: each uses all cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
