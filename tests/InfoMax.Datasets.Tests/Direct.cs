
namespace InfoMax.Datasets.Tests;

/// <summary>Progress told at once, on the thread that reports it.</summary>
internal sealed class Direct<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
