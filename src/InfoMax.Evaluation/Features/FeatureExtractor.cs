using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Features;

/// <summary>Runs examples through a frozen encoder and keeps the requested features.</summary>
/// <remarks>
/// The encoder runs in evaluation mode. Afterwards each of its modules has the mode it had before, also if the call throws. No gradient is
/// recorded. Inputs move batch by batch to the device of the encoder's parameters, and to their dtype unless the encoder takes indices.
/// Features come back as float32 on the CPU, flattened to one row per example. All requested features cost one forward pass.
/// </remarks>
public sealed class FeatureExtractor
{
    /// <summary>Examples per forward pass.</summary>
    /// <value>At least 1. Default 256. The features do not depend on it, except for rounding.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int BatchSize
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(BatchSize));
    } = 256;

    /// <summary>Extracts one feature of labeled examples.</summary>
    /// <param name="encoder">The encoder; it is not trained.</param>
    /// <param name="data">The examples with their labels.</param>
    /// <param name="feature">Name of the feature, as in <see cref="EncoderOutput.Features"/>. Default "global".</param>
    /// <param name="cancellationToken">Checked before each batch.</param>
    /// <returns>The features <c>[N, F]</c> with the labels; the caller disposes the set.</returns>
    /// <exception cref="ArgumentException">The encoder gives no such feature, or values that are not finite.</exception>
    /// <exception cref="InvalidOperationException">
    /// The source or the encoder did not give one row for each requested example.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public FeatureSet Extract(
        Encoder encoder, LabeledData data, string feature = EncoderOutput.GlobalFeature, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return ExtractAll(encoder, data, [feature], cancellationToken)[feature];
    }

    /// <summary>Extracts one feature of unlabeled examples.</summary>
    /// <inheritdoc cref="Extract(Encoder, LabeledData, string, CancellationToken)"/>
    public FeatureSet Extract(
        Encoder encoder, IBatchSource inputs, string feature = EncoderOutput.GlobalFeature, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return ExtractAll(encoder, inputs, [feature], cancellationToken)[feature];
    }

    /// <summary>Extracts several features of labeled examples in a single pass.</summary>
    /// <param name="encoder">The encoder; it is not trained.</param>
    /// <param name="data">The examples with their labels.</param>
    /// <param name="features">Names of the features, each once; at least one.</param>
    /// <param name="cancellationToken">Checked before each batch.</param>
    /// <returns>The features by name; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The encoder gives no such feature, or values that are not finite.</exception>
    /// <exception cref="InvalidOperationException">
    /// The source or the encoder did not give one row for each requested example.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public FeatureCollection ExtractAll(
        Encoder encoder, LabeledData data, IReadOnlyList<string> features, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Run(encoder, data.Inputs, data, features, cancellationToken);
    }

    /// <summary>Extracts several features of unlabeled examples in a single pass.</summary>
    /// <inheritdoc cref="ExtractAll(Encoder, LabeledData, IReadOnlyList{string}, CancellationToken)"/>
    public FeatureCollection ExtractAll(
        Encoder encoder, IBatchSource inputs, IReadOnlyList<string> features, CancellationToken cancellationToken = default) =>
        Run(encoder, inputs, null, features, cancellationToken);

    private FeatureCollection Run(
        Encoder encoder, IBatchSource inputs, LabeledData? labels, IReadOnlyList<string> features, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(features);
        OutputGuard.CheckNames(features, nameof(features));

        if (inputs.Count == 0)
        {
            throw new ArgumentException("Expected at least one example, got 0.", nameof(inputs));
        }

        using var modes = new ModuleModes(encoder);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        encoder.eval();
        Tensor[] matrices = Collect(encoder, inputs, features, cancellationToken);
        for (int f = 0; f < matrices.Length; f++)
        {
            CheckFinite(matrices[f], features[f]);
        }

        return new FeatureCollection(matrices.Select((matrix, f) => FeatureSet.Own(matrix, labels, features[f])));
    }

    private Tensor[] Collect(Encoder encoder, IBatchSource inputs, IReadOnlyList<string> features, CancellationToken cancellationToken)
    {
        EncoderPlace place = EncoderPlace.Of(encoder);
        var matrices = new Tensor[features.Count];
        for (int start = 0; start < inputs.Count; start += BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var batchScope = NewDisposeScope();
            int[] rows = [.. Enumerable.Range(start, Math.Min(BatchSize, inputs.Count - start))];
            EncoderOutput output = encoder.call(place.Take(BatchGuard.Fetch(inputs, rows)));
            for (int f = 0; f < matrices.Length; f++)
            {
                Tensor flat = OutputGuard.Feature(output, features[f], rows.Length);
                if (start == 0)
                {
                    matrices[f] = batchScope.MoveToOuter(empty(inputs.Count, flat.shape[1], dtype: ScalarType.Float32));
                }

                if (matrices[f].shape[1] != flat.shape[1])
                {
                    string first = $"{matrices[f].shape[1]} numbers per example of \"{features[f]}\", as in the first batch";
                    throw new ArgumentException($"Expected {first}, got {flat.shape[1]}: inputs must have one size.", nameof(inputs));
                }

                matrices[f].narrow(0, start, rows.Length).copy_(flat);
            }
        }

        return matrices;
    }

    private static void CheckFinite(Tensor matrix, string feature)
    {
        using var scope = NewDisposeScope();
        long bad = matrix.numel() - matrix.isfinite().sum().item<long>();
        if (bad > 0)
        {
            string got = $"{bad} of {matrix.numel()} values of \"{feature}\" that are NaN, infinite or beyond float32";
            throw new ArgumentException($"Expected finite features, got {got}.", nameof(feature));
        }
    }
}
