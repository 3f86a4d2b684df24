using System.Collections.Concurrent;
using InfoMax.Data;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Data;

public sealed class BatchPrefetcherTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(4, 6)]
    public void TryNext_AnyNumberOfWorkers_GivesTheBitsOfNone(int workers, int ahead)
    {
        using var scope = NewDisposeScope();
        using var images = new InMemorySource(randint(0, 256, [50, 3, 16, 16], dtype: ScalarType.Byte));
        var source = new AugmentedSource(images, new ImageAugmentation(), seed: 9);
        int[][] plan = [.. Enumerable.Range(0, 30).Select(i => new[] { i, (i * 7) % 50, 49 - i })];
        (int[] Indices, Tensor Batch)[] inline = Take(new BatchPrefetcher(source, plan, 100, 0, 1)), ahead1 = Take(
            new BatchPrefetcher(source, plan, 100, workers, ahead));
        ahead1.Should().HaveCount(30);
        for (int i = 0; i < plan.Length; i++)
        {
            ahead1[i].Indices.Should().Equal(plan[i]);
            ahead1[i].Batch.Equals(inline[i].Batch).Should().BeTrue();
            ahead1[i].Batch.Equals(source.GetBatch(plan[i], 100 + i)).Should().BeTrue();
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 4)]
    public void TryNext_SlowCaller_IsNeverMoreThanTheLimitBehind(int workers, int ahead)
    {
        using var scope = NewDisposeScope();
        var source = new Numbers();
        using var prefetcher = new BatchPrefetcher(source, Plan(60), 0, workers, ahead);
        for (int taken = 0; taken < 60; taken++)
        {
            SpinWait.SpinUntil(() => source.Made == Math.Min(60, taken + ahead), Patience).Should().BeTrue("workers go on to the limit");
            Thread.Sleep(1);
            source.Made.Should().Be(Math.Min(60, taken + ahead));
            prefetcher.TryNext(out int[]? indices, out Tensor? batch).Should().BeTrue();
            (indices![0], batch!.item<float>()).Should().Be((taken, taken));
        }

        prefetcher.TryNext(out _, out _).Should().BeFalse();
        prefetcher.TryNext(out _, out _).Should().BeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void TryNext_SourceThatFails_ThrowsAtItsBatchWithItsStack(int workers)
    {
        LiveTensors.ShouldLeaveNone(() =>
        {
            using var scope = NewDisposeScope();
            var source = new Numbers { FailAt = 5 };
            using var prefetcher = new BatchPrefetcher(source, Plan(20), 0, workers, 4);
            for (int i = 0; i < 5; i++)
            {
                prefetcher.TryNext(out int[]? indices, out _).Should().BeTrue();
                indices.Should().Equal(i);
            }

            FluentActions.Invoking(() => prefetcher.TryNext(
                out _, out _)).Should().Throw<FormatException>().Which.StackTrace.Should().Contain(nameof(Numbers.Broken));
            FluentActions.Invoking(() => prefetcher.TryNext(out _, out _)).Should().Throw<FormatException>("nothing comes after a failure");
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void TryNext_PlanThatFails_ThrowsAtItsPlace(int workers)
    {
        static IEnumerable<int[]> Broken()
        {
            yield return [0];
            yield return [1];
            throw new FormatException("plan");
        }

        using var scope = NewDisposeScope();
        using var prefetcher = new BatchPrefetcher(new Numbers(), Broken(), 0, workers, 4);
        prefetcher.TryNext(out _, out _).Should().BeTrue();
        prefetcher.TryNext(out _, out _).Should().BeTrue();
        FluentActions.Invoking(() => prefetcher.TryNext(out _, out _)).Should().Throw<FormatException>().WithMessage("plan");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Dispose_Early_StopsAndLeavesNoTensor(int workers)
    {
        LiveTensors.ShouldLeaveNone(() =>
        {
            for (int taken = 0; taken < 4; taken++)
            {
                for (int repeat = 0; repeat < 5; repeat++)
                {
                    using var scope = NewDisposeScope();
                    var source = new Numbers { Delay = repeat % 2 };
                    using var prefetcher = new BatchPrefetcher(source, Plan(int.MaxValue), 0, workers, 5);
                    for (int i = 0; i < taken; i++)
                    {
                        prefetcher.TryNext(out _, out _).Should().BeTrue();
                    }

                    prefetcher.Dispose();
                    int made = source.Made;
                    prefetcher.TryNext(out _, out _).Should().BeFalse();
                    source.Made.Should().Be(made, "nobody is at work any more");
                }
            }
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void TryNext_Canceled_GivesNoMore(int workers)
    {
        LiveTensors.ShouldLeaveNone(() =>
        {
            using var scope = NewDisposeScope();
            using var cancellation = new CancellationTokenSource();
            using var prefetcher = new BatchPrefetcher(new Numbers(), Plan(int.MaxValue), 0, workers, 2, cancellation.Token);
            prefetcher.TryNext(out _, out _).Should().BeTrue();
            cancellation.Cancel();
            prefetcher.TryNext(out _, out _).Should().BeFalse();
        });
    }

    [Fact]
    public void TryNext_CanceledWhileWaiting_ReturnsWithoutTheBatch()
    {
        using var scope = NewDisposeScope();
        using var cancellation = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        using var prefetcher = new BatchPrefetcher(new Numbers { Gate = gate }, Plan(10), 0, 1, 2, cancellation.Token);
        cancellation.CancelAfter(50);
        prefetcher.TryNext(out _, out _).Should().BeFalse();
        prefetcher.Waited.Should().BePositive();
        gate.Set();
    }

    [Fact]
    public void TryNext_WithoutADisposeScope_GivesABatchOfTheCallers()
    {
        LiveTensors.ShouldLeaveNone(() =>
        {
            using var prefetcher = new BatchPrefetcher(new Numbers(), Plan(3), 0, 1, 2);
            while (prefetcher.TryNext(out _, out Tensor? batch))
            {
                batch.IsInvalid.Should().BeFalse();
                batch.Dispose();
            }
        });
    }

    [Fact]
    public void TryNext_SlowSource_IsMadeByAllWorkers()
    {
        using var scope = NewDisposeScope();
        var source = new Numbers { WaitForThreads = 4 };
        using var prefetcher = new BatchPrefetcher(source, Plan(40), 0, 4, 8);
        Take(prefetcher, dispose: false).Should().HaveCount(40);
        source.Threads.Should().HaveCount(4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void TryNext_ThousandsOfBatches_KeepsOrderAndLeavesNoTensor(int workers)
    {
        LiveTensors.ShouldLeaveNone(() =>
        {
            var source = new Numbers();
            using var prefetcher = new BatchPrefetcher(source, Plan(5000), 0, workers, 7);
            for (int i = 0; i < 5000; i++)
            {
                using var scope = NewDisposeScope();
                prefetcher.TryNext(out _, out Tensor? batch).Should().BeTrue();
                if (batch!.item<float>() != i)
                {
                    Assert.Fail($"Expected batch {i}, got {batch.item<float>()}.");
                }
            }

            prefetcher.TryNext(out _, out _).Should().BeFalse();
        });
    }

    [Fact]
    public void Constructor_SeveralWorkersForASourceThatIsForOne_IsRefused()
    {
        var source = new Numbers { IsThreadSafe = false };
        FluentActions.Invoking(() => new BatchPrefetcher(source, Plan(3), 0, 2, 2)).Should().Throw<ArgumentException>().WithMessage(
            "*at most 1 thread for Numbers*got 2*");
        using var one = new BatchPrefetcher(source, Plan(3), 0, 1, 2);
        FluentActions.Invoking(() => new BatchPrefetcher(source, Plan(3), 0, 1, 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new BatchPrefetcher(source, Plan(3), -1, 1, 1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static IEnumerable<int[]> Plan(int count) => Enumerable.Range(0, count).Select(i => new[] { i });

    private static (int[] Indices, Tensor Batch)[] Take(BatchPrefetcher prefetcher, bool dispose = true)
    {
        var taken = new List<(int[], Tensor)>();
        while (prefetcher.TryNext(out int[]? indices, out Tensor? batch))
        {
            taken.Add((indices, batch));
        }

        if (dispose)
        {
            prefetcher.Dispose();
        }

        return [.. taken];
    }

    /// <summary>A source whose example i is the number i.</summary>
    private sealed class Numbers : IBatchSource
    {
        private int _made;

        public int Made => Volatile.Read(ref _made);

        public int FailAt { get; init; } = -1;

        public int Delay { get; init; }

        public ManualResetEventSlim? Gate { get; init; }

        /// <summary>Nobody leaves before so many have come.</summary>
        public int WaitForThreads { get; init; }

        public ConcurrentDictionary<int, bool> Threads { get; } = [];

        public int Count => int.MaxValue;

        public IReadOnlyList<long> ExampleShape => [1];

        public bool IsThreadSafe { get; init; } = true;

        public Tensor GetBatch(ReadOnlySpan<int> indices)
        {
            Threads[Environment.CurrentManagedThreadId] = true;
            Gate?.Wait();
            SpinWait.SpinUntil(() => Threads.Count >= WaitForThreads, Patience);
            Thread.Sleep(Delay);
            if (indices[0] == FailAt)
            {
                Broken();
            }

            using var scope = NewDisposeScope();
            Tensor batch = tensor(new float[] { indices[0] }).view(1, 1) + 0f;
            Interlocked.Increment(ref _made);
            return scope.MoveToOuter(batch);
        }

        public static void Broken() => throw new FormatException("source");
    }
}
