using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Features;

/// <summary>Runs examples through a frozen encoder and keeps the features that are asked for.</summary>
/// <remarks>
/// The encoder is in evaluation mode for the time of the call and every one of its modules is afterwards in the mode it was in before, also
/// if the call throws. No gradient is recorded. Inputs move to the device of the encoder's parameters batch by batch, and to their dtype unless it takes indices; features come
/// back as float32 on the CPU, flattened to one row per example. All features asked for cost one forward pass.
/// </remarks>
public sealed record FeatureExtractor
{
    private readonly int _batchSize = 256;

    /// <summary>Examples per forward pass.</summary>
    /// <value>At least 1. Default 256. The features do not depend on it, save for rounding.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int BatchSize
    {
        get => _batchSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(BatchSize));
            _batchSize = value;
        }
    }

    /// <summary>Extracts one feature of labeled examples.</summary>
    /// <param name="encoder">The encoder; it is not trained.</param>
    /// <param name="data">The examples with their labels.</param>
    /// <param name="feature">Name of the feature, as in <see cref="EncoderOutput.Features"/>. Default "global".</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    /// <returns>The features <c>[N, F]</c> with the labels; the caller disposes the set.</returns>
    /// <exception cref="ArgumentException">The encoder gives no such feature, or values that are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public FeatureSet Extract(Encoder encoder, LabeledData data, string feature = EncoderOutput.GlobalFeature, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return ExtractAll(encoder, data, [feature], cancellationToken)[feature];
    }

    /// <summary>Extracts one feature of unlabeled examples.</summary>
    /// <inheritdoc cref="Extract(Encoder, LabeledData, string, CancellationToken)"/>
    public FeatureSet Extract(Encoder encoder, IBatchSource inputs, string feature = EncoderOutput.GlobalFeature, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return ExtractAll(encoder, inputs, [feature], cancellationToken)[feature];
    }

    /// <summary>Extracts several features of labeled examples in a single pass.</summary>
    /// <param name="encoder">The encoder; it is not trained.</param>
    /// <param name="data">The examples with their labels.</param>
    /// <param name="features">Names of the features, each once; at least one.</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    /// <returns>The features by name; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The encoder gives no such feature, or values that are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public FeatureCollection ExtractAll(Encoder encoder, LabeledData data, IReadOnlyList<string> features, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Run(encoder, data.Inputs, data, features, cancellationToken);
    }

    /// <summary>Extracts several features of unlabeled examples in a single pass.</summary>
    /// <inheritdoc cref="ExtractAll(Encoder, LabeledData, IReadOnlyList{string}, CancellationToken)"/>
    public FeatureCollection ExtractAll(Encoder encoder, IBatchSource inputs, IReadOnlyList<string> features, CancellationToken cancellationToken = default) =>
        Run(encoder, inputs, null, features, cancellationToken);

    private FeatureCollection Run(Encoder encoder, IBatchSource inputs, LabeledData? labels, IReadOnlyList<string> features, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count == 0 || features.Any(string.IsNullOrWhiteSpace) || features.Distinct(StringComparer.Ordinal).Count() != features.Count)
        {
            throw new ArgumentException($"Expected at least one feature name, each once, got [{string.Join(", ", features)}].", nameof(features));
        }

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
            EncoderOutput output = encoder.call(place.Take(inputs.GetBatch(rows)));
            for (int f = 0; f < matrices.Length; f++)
            {
                if (!output.Features.TryGetValue(features[f], out Tensor? feature))
                {
                    throw new ArgumentException($"The encoder gives no feature \"{features[f]}\"; it gives: {string.Join(", ", output.Features.Keys)}.", nameof(features));
                }

                Tensor flat = feature.reshape(rows.Length, -1);
                if (start == 0)
                {
                    matrices[f] = batchScope.MoveToOuter(empty(inputs.Count, flat.shape[1], dtype: ScalarType.Float32));
                }

                if (matrices[f].shape[1] != flat.shape[1])
                {
                    throw new ArgumentException($"Feature \"{features[f]}\" had {matrices[f].shape[1]} numbers per example at first and {flat.shape[1]} later: inputs must be of one size.", nameof(inputs));
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
            throw new ArgumentException($"Expected finite features, got {bad} of {matrix.numel()} values of \"{feature}\" that are NaN or infinite.", nameof(feature));
        }
    }
}
