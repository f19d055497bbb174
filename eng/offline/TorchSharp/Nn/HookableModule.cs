using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module with hooks that run before and after its forward function.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            private int _hooks;

            protected HookableModule(string name) : base(name)
            {
            }

            private protected Dictionary<string, TPreHook> PreHooks { get; } = [];

            private protected Dictionary<string, TPostHook> PostHooks { get; } = [];

            public HookRemover register_forward_hook(TPostHook hook)
            {
                var key = NextKey();
                PostHooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            public HookRemover register_forward_pre_hook(TPreHook hook)
            {
                var key = NextKey();
                PreHooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            private string NextKey() => (_hooks++).ToString(CultureInfo.InvariantCulture);

            /// <summary>Removes the hook it was returned for.</summary>
            public class HookRemover(HookableModule<TPreHook, TPostHook> module, string key)
            {
                public void remove()
                {
                    module.PreHooks.Remove(key);
                    module.PostHooks.Remove(key);
                }
            }
        }
    }
}
