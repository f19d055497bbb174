namespace TorchSharp.Utils;

/// <summary>The key of a module's field in its state dictionary, where that is not the field's name.</summary>
[AttributeUsage(AttributeTargets.Field)]
public class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }
}
