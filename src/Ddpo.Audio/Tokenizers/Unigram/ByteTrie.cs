namespace Ddpo.Audio.Tokenizers.Unigram;

/// <summary>Finds byte strings by walking one byte at a time from the root, node 0.</summary>
internal sealed class ByteTrie
{
    private readonly Dictionary<long, int> _children = [];
    private readonly List<int> _values = [-1];

    /// <summary>Adds a string; a later value for the same string wins.</summary>
    public void Add(ReadOnlySpan<byte> key, int value)
    {
        var node = 0;
        foreach (var label in key)
        {
            var child = Child(node, label);
            if (child < 0)
            {
                child = _values.Count;
                _children.Add(Edge(node, label), child);
                _values.Add(-1);
            }

            node = child;
        }

        _values[node] = value;
    }

    /// <summary>The node after one more byte, or -1.</summary>
    public int Child(int node, byte label) => _children.TryGetValue(Edge(node, label), out var child) ? child : -1;

    /// <summary>The value of the string that ends here, or -1.</summary>
    public int Value(int node) => _values[node];

    private static long Edge(int node, byte label) => ((long)node << 8) | label;
}
