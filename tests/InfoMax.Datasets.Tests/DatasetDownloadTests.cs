using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace InfoMax.Datasets.Tests;

public sealed class DatasetDownloadTests : IDisposable
{
    private static readonly Uri Address = new("https://example.org/files/data.bin");
    private static readonly byte[] Content = Make.Noise(500_000);
    private static readonly RemoteFile Remote = new(Address, 1_000_000, Sum(Content));
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fetch_WholeFile_IsThereUnderItsNameAndReported()
    {
        var server = new FakeServer(Content);
        var seen = new List<DatasetProgress>();
        string path = await Fetch(server, Remote, seen);
        path.Should().Be(_folder["data.bin"]);
        File.ReadAllBytes(path).Should().Equal(Content);
        Directory.GetFiles(_folder.Path).Should().ContainSingle();
        seen.Select(report => $"{report}").Should().Equal("transferring data.bin, 0.5 of 0.5 MB", "checking data.bin, 0.5 of 0.5 MB");
        await Fetch(server, Remote);
        server.Requests.Should().Equal("data.bin");
    }

    [Fact]
    public async Task Fetch_Md5WithoutStatedLength_Fits()
    {
        var remote = new RemoteFile(Address, 1_000_000, FileChecksum.Md5("5D41402ABC4B2A76B9719D911017C592"), "other.name");
        string path = await Fetch(new FakeServer("hello"u8.ToArray()) { SaysLength = false }, remote);
        path.Should().Be(_folder["other.name"]);
    }

    [Fact]
    public async Task Fetch_LineGoesDead_GoesOnWhereItEnded()
    {
        var server = new FakeServer(Content) { BreakAfter = n => n < 3 ? 131_072 : null };
        File.ReadAllBytes(await Fetch(server, Remote, attempts: 2)).Should().Equal(Content);
        server.Requests.Should().Equal("data.bin", "data.bin bytes=131072-", "data.bin bytes=262144-", "data.bin bytes=393216-");
    }

    [Fact]
    public async Task Fetch_PartOfAnEarlierCall_IsGoneOnWith()
    {
        _folder.Write("data.bin.part", Content[..100_000]);
        var server = new FakeServer(Content);
        File.ReadAllBytes(await Fetch(server, Remote)).Should().Equal(Content);
        server.Requests.Should().Equal("data.bin bytes=100000-");
        _folder.Write("data.bin.part", Content);
        File.Delete(_folder["data.bin"]);
        File.ReadAllBytes(await Fetch(server, Remote)).Should().Equal(Content);
    }

    [Fact]
    public async Task Fetch_ServerThatIgnoresRanges_StartsAnew()
    {
        _folder.Write("data.bin.part", Content[..100_000]);
        File.ReadAllBytes(await Fetch(new FakeServer(Content) { IgnoresRanges = true }, Remote)).Should().Equal(Content);
    }

    [Fact]
    public async Task Fetch_ServerThatAnswersWithOtherRanges_StartsAnew()
    {
        _folder.Write("data.bin.part", Content[..100_000]);
        var server = new FakeServer(Content)
        {
            Instead = (n, _) =>
            {
                var answer = new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = new ByteArrayContent(Content[50..]) };
                answer.Content.Headers.ContentRange = new ContentRangeHeaderValue(50, Content.Length - 1, Content.Length);
                return n == 0 ? answer : null;
            },
        };
        File.ReadAllBytes(await Fetch(server, Remote)).Should().Equal(Content);
        server.Requests.Should().Equal("data.bin bytes=100000-", "data.bin");
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(600_000)]
    [InlineData(1_500_000)]
    public async Task Fetch_WrongPartOfAnEarlierCall_StartsAnewOnce(int length)
    {
        _folder.Write("data.bin.part", Make.Noise(length, seed: 9));
        var server = new FakeServer(Content);
        File.ReadAllBytes(await Fetch(server, Remote)).Should().Equal(Content);
        server.Requests.Count.Should().BeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Fetch_PartWithoutAChecksum_IsNotTrusted()
    {
        _folder.Write("data.bin.part", Make.Noise(100_000, seed: 9));
        File.ReadAllBytes(await Fetch(new FakeServer(Content), new RemoteFile(Address, 1_000_000, null))).Should().Equal(Content);
    }

    [Fact]
    public async Task Fetch_WrongContent_IsKeptAsideWithBothChecksumsSaid()
    {
        byte[] page = "<html>moved</html>"u8.ToArray();
        DatasetException thrown = await Fails(new FakeServer(page), Remote);
        thrown.Message
            .Should().Contain(Remote.Checksum!.Hex).And.Contain(Sum(page).Hex).And.Contain("web page").And.Contain("data.bin.wrong");
        File.ReadAllBytes(_folder["data.bin.wrong"]).Should().Equal(page);
        Directory.GetFiles(_folder.Path).Should().ContainSingle();
    }

    [Fact]
    public async Task Fetch_WrongFileThere_IsKeptAsideAndReplaced()
    {
        _folder.Write("data.bin", [1, 2, 3]);
        File.ReadAllBytes(await Fetch(new FakeServer(Content), Remote)).Should().Equal(Content);
        File.ReadAllBytes(_folder["data.bin.wrong"]).Should().Equal(1, 2, 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fetch_TooLong_IsRefusedAndNotKept(bool saysLength)
    {
        DatasetException thrown =
            await Fails(new FakeServer(Content) { SaysLength = saysLength }, new RemoteFile(Address, 400_000, Remote.Checksum));
        thrown.Message.Should().Contain("at most 400000 bytes");
        Directory.GetFiles(_folder.Path).Should().BeEmpty();
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task Fetch_Refused_FailsAtOnce(HttpStatusCode status)
    {
        var server = new FakeServer(Content) { Instead = (_, _) => new HttpResponseMessage(status) };
        DatasetException thrown = await Fails(server, Remote);
        thrown.Message.Should().Contain($"the answer {(int)status}");
        thrown.Path.Should().Be(Address.AbsoluteUri);
        server.Requests.Should().ContainSingle();
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task Fetch_Busy_TriesAgainAndThenGivesUp(HttpStatusCode status)
    {
        HttpResponseMessage Busy()
        {
            var answer = new HttpResponseMessage(status);
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromHours(1));
            return answer;
        }

        await Fetch(new FakeServer(Content) { Instead = (n, _) => n < 2 ? Busy() : null }, Remote, attempts: 3);
        File.Delete(_folder["data.bin"]);
        var server = new FakeServer(Content) { Instead = (_, _) => Busy() };
        (await Fails(server, Remote)).Message.Should().Contain("3 attempts in a row failed").And.Contain($"{(int)status}");
        server.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task Fetch_ShortAnswer_IsNotTakenForTheWhole()
    {
        var server = new FakeServer(Content)
        {
            Instead = (n, _) =>
            {
                var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new MemoryStream(Content[..1000])) };
                answer.Content.Headers.ContentLength = Content.Length;
                return n == 0 ? answer : null;
            },
        };
        File.ReadAllBytes(await Fetch(server, Remote)).Should().Equal(Content);
        server.Requests.Should().Equal("data.bin", "data.bin bytes=1000-");
    }

    [Fact]
    public async Task Fetch_NothingComes_CountsAsAFailure()
    {
        using var client = new HttpClient(new SilentServer());
        var options = new DownloadOptions { MaxAttempts = 2, FirstDelay = TimeSpan.Zero, StallTimeout = TimeSpan.FromMilliseconds(20) };
        using var download = new DatasetDownload(options, client);
        Func<Task> fetch = () => download.FetchAsync(Remote, _folder.Path);
        (await fetch.Should().ThrowAsync<DatasetException>()).Which.Message.Should().Contain("nothing was received for 0.02 s");
    }

    [Fact]
    public async Task Fetch_Canceled_KeepsWhatHasCome()
    {
        using var stop = new CancellationTokenSource();
        var server = new FakeServer(Content)
        {
            BreakAfter = _ => 131_072,
            Instead = (n, _) =>
            {
                if (n == 1)
                {
                    stop.Cancel();
                }

                return null;
            },
        };
        Func<Task> fetch = () => Fetch(server, Remote, cancellationToken: stop.Token);
        await fetch.Should().ThrowAsync<OperationCanceledException>();
        new FileInfo(_folder["data.bin.part"]).Length.Should().BeGreaterThanOrEqualTo(131_072);
    }

    private static FileChecksum Sum(byte[] content) => FileChecksum.Sha256(Convert.ToHexString(SHA256.HashData(content)));

    private async Task<string> Fetch(
        FakeServer server,
        RemoteFile file,
        List<DatasetProgress>? seen = null,
        int attempts = 3,
        CancellationToken cancellationToken = default)
    {
        using var client = new HttpClient(server, disposeHandler: false);
        var options = new DownloadOptions { MaxAttempts = attempts, FirstDelay = TimeSpan.Zero, MaxDelay = TimeSpan.FromMilliseconds(1) };
        using var download = new DatasetDownload(options, client);
        var progress = seen is null ? null : new Direct<DatasetProgress>(seen.Add);
        return await download.FetchAsync(file, _folder.Path, progress, cancellationToken);
    }

    private async Task<DatasetException> Fails(FakeServer server, RemoteFile file)
    {
        Func<Task> fetch = () => Fetch(server, file);
        return (await fetch.Should().ThrowAsync<DatasetException>()).Which;
    }

    private sealed class SilentServer : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
