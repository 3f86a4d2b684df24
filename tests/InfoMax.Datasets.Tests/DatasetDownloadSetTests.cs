using System.Net;
using System.Security.Cryptography;

namespace InfoMax.Datasets.Tests;

public sealed class DatasetDownloadSetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FetchSet_Archive_IsUnpackedOnceAndDeleted()
    {
        byte[] archive = MakeArchive.Zip(("EuroSAT/River/a.txt", [1]), ("EuroSAT/Forest/b.txt", [2]));
        KnownDataset set = Set(archive, "EuroSAT");
        var server = new FakeServer(archive);
        string folder = await Fetch(server, set);
        folder.Should().Be(Path.Combine(_folder.Path, "some-set", "EuroSAT"));
        Directory.GetDirectories(folder).Select(Path.GetFileName).Should().BeEquivalentTo("River", "Forest");
        Directory.GetFileSystemEntries(_folder["some-set"])
            .Should().ContainSingle("neither the archive nor what was unpacked beside is kept");
        (await Fetch(server, set)).Should().Be(folder);
        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task FetchSet_ArchiveWithoutTheFolderOrWithAnEscape_Fails()
    {
        byte[] other = MakeArchive.Zip(("a.txt", [1]));
        Func<Task> fetch = () => Fetch(new FakeServer(other), Set(other, "EuroSAT"));
        (await fetch.Should().ThrowAsync<DatasetException>()).Which.Message.Should().Contain("expected a folder EuroSAT");
        Directory.GetFileSystemEntries(_folder["some-set"]).Select(Path.GetFileName).Should().Equal("set.zip");
        (await Fetch(new FakeServer([]), Set(other, string.Empty))).Should().Be(_folder[Path.Combine("some-set", "files")]);
        Directory.Delete(_folder["some-set"], recursive: true);
        byte[] evil = MakeArchive.Zip(("../a.txt", [1]));
        fetch = () => Fetch(new FakeServer(evil), Set(evil, string.Empty));
        (await fetch.Should().ThrowAsync<DatasetException>()).Which.Message.Should().Contain("(entry \"../a.txt\")");
    }

    [Fact]
    public async Task FetchSet_Files_AreLaidWhereTheReaderLooks()
    {
        byte[] images = Make.Gzip(Make.IdxImages(3)), labels = Make.Gzip(Make.IdxLabels(2, 0, 1));
        RemoteFile File(string name, byte[] content) => new(new Uri($"https://example.org/{name}"), 1000, Sum(content));
        RemoteFile[] files = [File("train-images-idx3-ubyte.gz", images), File("train-labels-idx1-ubyte.gz", labels)];
        var set = new KnownDataset("digits", "Digits", new Uri("https://example.org/"), files);
        byte[] Content(Uri address) => address.AbsoluteUri.Contains("images", StringComparison.Ordinal) ? images : labels;
        var server = new FakeServer([])
        {
            Instead = (_, request) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(Content(request.RequestUri!)) },
        };
        using ImageSet read = Mnist.Read(await Fetch(server, set), train: true);
        read.Labels.Should().Equal(2, 0, 1);
    }

    private static FileChecksum Sum(byte[] content) => FileChecksum.Sha256(Convert.ToHexString(SHA256.HashData(content)));

    private static KnownDataset Set(byte[] archive, string folder) => new(
        "some-set",
        "Some set",
        new Uri("https://example.org/"),
        [new RemoteFile(new Uri("https://example.org/set.zip"), 1 << 20, Sum(archive))],
        folder);

    private async Task<string> Fetch(FakeServer server, KnownDataset set)
    {
        using var client = new HttpClient(server, disposeHandler: false);
        using var download = new DatasetDownload(new DownloadOptions { Folder = _folder.Path, FirstDelay = TimeSpan.Zero }, client);
        return await download.FetchAsync(set);
    }
}
