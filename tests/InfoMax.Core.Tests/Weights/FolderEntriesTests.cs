using InfoMax.Tests.Support;
using InfoMax.Weights;

namespace InfoMax.Core.Tests.Weights;

public sealed class FolderEntriesTests
{
    [Fact]
    public void Flush_OfAFolder_WorksWhereTheSystemHasIt()
    {
        using var folder = new TemporaryFolder();
        string inner = Directory.CreateDirectory(Path.Combine(folder.Path, "größe")).FullName;
        FolderEntries.Flush(inner).Should().Be(!OperatingSystem.IsWindows());
        FolderEntries.Flush(Path.Combine(inner, "absent")).Should().BeFalse();
    }
}
