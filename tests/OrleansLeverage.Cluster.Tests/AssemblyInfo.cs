using Xunit;

// clusters beside each other on a small machine keep each other waiting for longer than a grain call may take
[assembly: CollectionBehavior(DisableTestParallelization = true)]
