using System.Net;
using System.Net.Http.Headers;

namespace InfoMax.Datasets;

/// <summary>The transfer of one file into a <c>.part</c> file. Received bytes are kept, unless they are wrong.</summary>
internal sealed class FileTransfer(HttpClient client, RemoteFile remote, string part, TimeSpan stall, IProgress<DatasetProgress>? progress)
{
    private const long ReportEvery = 1 << 20;
    private readonly byte[] _buffer = new byte[1 << 17];
    private EntityTagHeaderValue? _tag;

    /// <summary>Whether the part was received in several pieces, which may belong to two versions of the file.</summary>
    public bool Pieced { get; private set; }

    /// <summary>Bytes received so far.</summary>
    public long Length { get; private set; } = File.Exists(part) ? new FileInfo(part).Length : 0;

    /// <summary>Asks for the missing bytes, once.</summary>
    /// <exception cref="TransferFault">The transfer failed, and another attempt may succeed.</exception>
    /// <exception cref="DatasetException">The transfer failed, and another attempt would fail too.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Without a checksum, pieces of different runs could belong to different files.
        if (Length > remote.MaxBytes || (Length > 0 && remote.Checksum is null && _tag is null))
        {
            Discard();
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, remote.Address);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        long from = Length;
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
            request.Headers.IfRange = _tag is null ? null : new RangeConditionHeaderValue(_tag);
        }

        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stalled.CancelAfter(stall);
        using HttpResponseMessage response = await Guarded(
            () => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stalled.Token),
            cancellationToken).ConfigureAwait(false);
        long? total = Total(response, from, out bool done);
        if (done)
        {
            return;
        }

        if (total > remote.MaxBytes)
        {
            Discard();
            throw TooLong($"a server that announces {total}");
        }

        _tag = response.Headers.ETag is { IsWeak: false } tag ? tag : null;
        await Receive(response, total, stalled, cancellationToken).ConfigureAwait(false);
        if (total is long wanted && Length != wanted)
        {
            throw new TransferFault($"expected {wanted} bytes, found the end after {Length}");
        }
    }

    /// <summary>Deletes the received bytes.</summary>
    public void Discard()
    {
        File.Delete(part);
        Length = 0;
        Pieced = false;
    }

    /// <summary>Length of the whole file, as the server says. Starts anew if the server does not continue where the part ends.</summary>
    private long? Total(HttpResponseMessage response, long from, out bool done)
    {
        done = false;
        ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                if (from > 0)
                {
                    Discard();
                }

                return response.Content.Headers.ContentLength;
            case HttpStatusCode.PartialContent when from > 0 && range?.From == from:
                Pieced = true;
                return range.Length ?? (range.To is long last ? last + 1 : null);
            case HttpStatusCode.RequestedRangeNotSatisfiable when from > 0 && range?.Length == from:
                Pieced = true;
                done = true;
                return from;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when from > 0:
                Discard();
                throw new TransferFault($"expected the bytes from {from} on, found {range?.ToString() ?? "an answer without a range"}");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests:
            case >= HttpStatusCode.InternalServerError and not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported):
                RetryConditionHeaderValue? retry = response.Headers.RetryAfter;
                throw new TransferFault(
                    $"expected the file, found the answer {(int)response.StatusCode} {response.ReasonPhrase}",
                    retry?.Delta ?? (retry?.Date - DateTimeOffset.UtcNow));
            default:
                throw new DatasetException(
                    remote.Address.AbsoluteUri,
                    $"expected the file {remote.Name}, found the answer {(int)response.StatusCode} {response.ReasonPhrase}.");
        }
    }

    private async Task Receive(
        HttpResponseMessage response, long? total, CancellationTokenSource stalled, CancellationToken cancellationToken)
    {
        using Stream content = await Guarded(
            () => response.Content.ReadAsStreamAsync(stalled.Token), cancellationToken).ConfigureAwait(false);
        using var file = new FileStream(part, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        long reported = Length;
        int read;
        do
        {
            stalled.CancelAfter(stall);
            read = await Guarded(() => content.ReadAsync(_buffer, stalled.Token).AsTask(), cancellationToken).ConfigureAwait(false);
            if (Length + read > remote.MaxBytes)
            {
                file.Close();
                Discard();
                throw TooLong("more");
            }

            await file.WriteAsync(_buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            Length += read;
            if (read == 0 || Length - reported >= ReportEvery)
            {
                reported = Length;
                progress?.Report(DatasetProgress.Transferring(remote.Name, Length, total));
            }
        }
        while (read > 0);
    }

    private DatasetException TooLong(string found) =>
        new(remote.Address.AbsoluteUri, $"expected a file {remote.Name} of at most {remote.MaxBytes} bytes, found {found}.");

    /// <summary>Turns failures of the network into faults that may pass. Failures of the disk stay what they are.</summary>
    private async Task<T> Guarded<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new TransferFault($"the connection failed: {e.Message}", cause: e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransferFault($"nothing was received for {stall.TotalSeconds:0.###} s", cause: e);
        }
    }
}
