using System.Collections;
using System.Globalization;
using System.Reflection;

namespace InfoMax.Foundation;

/// <summary>Text of records that hold lists or functions, of which the compiler's text tells the type alone.</summary>
internal static class RecordText
{
    private const int MostItems = 10;

    /// <summary>Name and public properties as in the compiler's text, with lists spelled out, in the invariant culture.</summary>
    public static string Of(object record)
    {
        string[] members = [.. Lineage(record.GetType())
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(property => property.CanRead && property.GetIndexParameters().Length == 0)
            .DistinctBy(property => property.Name)
            .Select(property => $"{property.Name} = {Value(property.GetValue(record))}")];
        return $"{record.GetType().Name} {{ {string.Join(", ", members)} }}";
    }

    /// <summary>A colon and metrics by name; nothing if there is none.</summary>
    public static string Metrics(IReadOnlyDictionary<string, double> metrics) => metrics.Count == 0
        ? string.Empty
        : ": " + string.Join(", ", metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:G4}")));

    private static string Value(object? value) => value switch
    {
        null => "null",
        string text => text,
        Delegate => "a function",
        IDictionary map => "{" + string.Join(", ", map.Keys.Cast<object>().Select(key => $"{Value(key)}: {Value(map[key])}")) + "}",
        IEnumerable list => List([.. list.Cast<object?>()]),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() is { } text && text != value.GetType().ToString() ? text : value.GetType().Name,
    };

    private static string List(object?[] items) =>
        $"[{string.Join(", ", items.Take(MostItems).Select(Value))}{(items.Length > MostItems ? $", … {items.Length} in all" : string.Empty)}]";

    /// <summary>From the first record that a type derives from to the type itself.</summary>
    private static Stack<Type> Lineage(Type type)
    {
        var types = new Stack<Type>();
        for (Type? t = type; t is not null && t != typeof(object); t = t.BaseType)
        {
            types.Push(t);
        }

        return types;
    }
}
