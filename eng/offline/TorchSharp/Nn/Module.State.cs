namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>The live parameters and persistent buffers by their dotted names.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                foreach (var (key, tensor) in State())
                    destination.TryAdd(string.IsNullOrEmpty(prefix) ? key : $"{prefix}.{key}", tensor);
                return destination;
            }

            /// <summary>Copies a dictionary's tensors into this module's, in place.</summary>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                skip ??= [];
                var destination = state_dict();
                var missing = destination.Keys.Where(key => !source.ContainsKey(key) && !skip.Contains(key)).ToList();
                var unexpected = source.Keys.Where(key => !destination.ContainsKey(key) && !skip.Contains(key)).ToList();
                if (strict && missing.Count + unexpected.Count > 0)
                {
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary: " +
                        $"missing {string.Join(", ", missing)}; unexpected {string.Join(", ", unexpected)}");
                }
                using (no_grad())
                {
                    foreach (var (key, tensor) in source)
                    {
                        if (!skip.Contains(key) && destination.TryGetValue(key, out var target))
                            target.copy_(tensor);
                    }
                }
                return (missing, unexpected);
            }

            private IEnumerable<(string Key, Tensor Tensor)> State() =>
                ParametersByEveryName().Select(p => (p.Name, (Tensor)p.Parameter))
                    .Concat(named_buffers(include_nonpersistent: false).Select(b => (b.name, b.buffer)));
        }
    }
}
