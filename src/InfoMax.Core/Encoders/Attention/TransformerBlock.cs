using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Encoders.Attention;

/// <summary>A pre-norm block: attention, then a network on each token, each after layer normalization and added to its input.</summary>
internal sealed class TransformerBlock : nn.Module<Tensor, Tensor>
{
    private readonly int _heads;
    private readonly bool _causal;

    [ComponentName(Name = "norm_1")]
    private readonly LayerNorm _attentionNorm;

    [ComponentName(Name = "query_key_value")]
    private readonly Linear _queryKeyValue;

    [ComponentName(Name = "projection")]
    private readonly Linear _projection;

    [ComponentName(Name = "norm_2")]
    private readonly LayerNorm _hiddenNorm;

    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    public TransformerBlock(int width, int heads, long hiddenUnits, bool causal)
        : base(nameof(TransformerBlock))
    {
        (_heads, _causal) = (heads, causal);
        _attentionNorm = nn.LayerNorm(width);
        _queryKeyValue = nn.Linear(width, 3L * width);
        _projection = nn.Linear(width, width);
        _hiddenNorm = nn.LayerNorm(width);
        _hidden = nn.Linear(width, hiddenUnits);
        _output = nn.Linear(hiddenUnits, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor attended = input.add(Attend(_attentionNorm.call(input)));
        Tensor hidden = nn.functional.gelu(_hidden.call(_hiddenNorm.call(attended)));
        return scope.MoveToOuter(attended.add(_output.call(hidden)));
    }

    private Tensor Attend(Tensor tokens)
    {
        (long batch, long count, long width) = (tokens.shape[0], tokens.shape[1], tokens.shape[2]);
        // [3, N, heads, T, width of a head]
        Tensor parts = _queryKeyValue.call(tokens).view(batch, count, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4);
        Tensor mixed = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: _causal);
        return _projection.call(mixed.transpose(1, 2).reshape(batch, count, width));
    }
}
