using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace InfoMax.Datasets.Tests;

/// <summary>The downloader against a real connection on this machine, which the server closes too early.</summary>
public sealed class DownloadOverSocketTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fetch_ServerClosesEarly_GoesOnWithTheNextConnection()
    {
        byte[] content = Make.Noise(300_000);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<List<long>> served = Serve(listener, content, connections: 3, breakAfter: 120_000);
        var remote = new RemoteFile(
            new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/set.bin"),
            1 << 20,
            FileChecksum.Sha256(Convert.ToHexString(SHA256.HashData(content))));
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler);
        using var download = new DatasetDownload(new DownloadOptions { FirstDelay = TimeSpan.Zero }, client);
        File.ReadAllBytes(await download.FetchAsync(remote, _folder.Path)).Should().Equal(content);
        List<long> from = await served;
        from[0].Should().Be(0);
        from.Should().HaveCount(3).And.BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    private static async Task<List<long>> Serve(TcpListener listener, byte[] content, int connections, int breakAfter)
    {
        var starts = new List<long>();
        for (int c = 0; c < connections; c++)
        {
            using TcpClient connection = await listener.AcceptTcpClientAsync();
            using NetworkStream stream = connection.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            int from = 0;
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
            {
                from = line.StartsWith("Range: bytes=", StringComparison.Ordinal)
                    ? int.Parse(line[13..^1], CultureInfo.InvariantCulture)
                    : from;
            }

            starts.Add(from);
            string head = from == 0
                ? $"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\n\r\n"
                : $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n" +
                    $"Content-Length: {content.Length - from}\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            await stream.WriteAsync(content.AsMemory(from, Math.Min(breakAfter, content.Length - from)));
        }

        return starts;
    }
}
