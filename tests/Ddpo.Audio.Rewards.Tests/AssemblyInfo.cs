using Xunit;

// Tensors belong to the thread that made them, and libtorch already uses every core.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
