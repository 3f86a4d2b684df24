// Native code shares a global generator, default device and thread pool: tests run one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
