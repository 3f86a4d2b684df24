using System.Net;
using System.Net.Http.Headers;

namespace InfoMax.Datasets.Tests;

/// <summary>A server in this process: serves one content, with ranges, and misbehaves as told.</summary>
internal sealed class FakeServer(byte[] content) : HttpMessageHandler
{
    /// <summary>What to do in place of serving, by the number of the request from 0; null to serve.</summary>
    public Func<int, HttpRequestMessage, HttpResponseMessage?> Instead { get; init; } = (_, _) => null;

    /// <summary>After how many bytes each answer breaks off, by the number of the request; null for not at all.</summary>
    public Func<int, int?> BreakAfter { get; init; } = _ => null;

    public bool IgnoresRanges { get; init; }

    public bool SaysLength { get; init; } = true;

    public List<string> Requests { get; } = [];

    public byte[] Content { get; set; } = content;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        int number = Requests.Count;
        Requests.Add($"{request.RequestUri!.Segments[^1]} {request.Headers.Range}".Trim());
        return Task.FromResult(Instead(number, request) ?? Serve(number, request));
    }

    private HttpResponseMessage Serve(int number, HttpRequestMessage request)
    {
        long from = IgnoresRanges ? 0 : request.Headers.Range?.Ranges.Single().From ?? 0;
        if (from >= Content.Length && from > 0)
        {
            var past = new HttpResponseMessage(HttpStatusCode.RequestedRangeNotSatisfiable) { Content = new ByteArrayContent([]) };
            past.Content.Headers.ContentRange = new ContentRangeHeaderValue(Content.Length);
            return past;
        }

        byte[] rest = Content[(int)from..];
        Stream bytes = BreakAfter(number) is int broken
            ? new BreakingStream(rest[..Math.Min(broken, rest.Length)])
            : new MemoryStream(rest);
        var body = new StreamContent(bytes);
        body.Headers.ContentLength = SaysLength ? rest.Length : null;
        if (from > 0)
        {
            body.Headers.ContentRange = new ContentRangeHeaderValue(from, Content.Length - 1, Content.Length);
        }

        return new HttpResponseMessage(from > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK) { Content = body };
    }

    private sealed class BreakingStream(byte[] bytes) : MemoryStream(bytes)
    {
        // ReadAsync of memory comes here too.
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, count) is > 0 and int read ? read : throw new IOException("the line went dead");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            byte[] copy = new byte[buffer.Length];
            int read = Read(copy, 0, copy.Length);
            copy.AsMemory(0, read).CopyTo(buffer);
            return ValueTask.FromResult(read);
        }
    }
}
