using Xunit;

// Each program that a test runs uses every core.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
