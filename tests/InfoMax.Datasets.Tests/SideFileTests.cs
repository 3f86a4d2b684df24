using System.Security.Cryptography;

namespace InfoMax.Datasets.Tests;

public sealed class SideFileTests : IDisposable
{
    private static readonly byte[] Content = Make.Noise(5000);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Extract_LongFolderName_WritesIt()
    {
        string folder = _folder[new string('n', 255)];
        DatasetArchive.Extract(_folder.Write("x", MakeArchive.Tar(("set/a.bin", [1]))), folder);
        Directory.Exists(folder).Should().BeTrue();
        Directory.GetDirectories(_folder.Path).Should().ContainSingle();
    }

    [Fact]
    public async Task Fetch_LongestName_IsWrittenAndKeptAsideIfWrong()
    {
        string sum = Convert.ToHexString(SHA256.HashData(Content));
        var remote = new RemoteFile(new Uri("https://example.org/x"), 1_000_000, FileChecksum.Sha256(sum), new string('n', 255));
        File.ReadAllBytes(await Fetch(remote)).Should().Equal(Content);
        File.WriteAllBytes(_folder[remote.Name], [1]);
        await Fetch(remote);
        Directory.GetFiles(_folder.Path)
            .Should().HaveCount(2).And.Contain(file => file.EndsWith(".wrong") && new FileInfo(file).Length == 1);
    }

    private async Task<string> Fetch(RemoteFile file)
    {
        using var client = new HttpClient(new FakeServer(Content));
        using var download = new DatasetDownload(client: client);
        return await download.FetchAsync(file, _folder.Path);
    }
}
