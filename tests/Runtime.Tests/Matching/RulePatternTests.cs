using System.Text.RegularExpressions;
using Declarative.Matching;

namespace Declarative.Tests.Matching;

/// <summary>A limit that ran out once may be a pause of the process; twice in a row it is the pattern's.</summary>
public sealed class RulePatternTests
{
    [Fact]
    public void A_pattern_whose_limit_ran_out_once_is_tried_again()
    {
        var pattern = new SlowPattern(slow: 1);

        RulePattern.IsMatch(pattern, "a").ShouldBeTrue();
        pattern.Tries.ShouldBe(2);
    }

    [Fact]
    public void A_pattern_whose_limit_runs_out_twice_in_a_row_is_given_up()
    {
        var pattern = new SlowPattern(slow: 2);

        Should.Throw<RegexMatchTimeoutException>(() => RulePattern.IsMatch(pattern, "a"));
        pattern.Tries.ShouldBe(2);
    }

    /// <summary>Its first tries run out of time, the next one matches.</summary>
    private sealed class SlowPattern : Regex
    {
        public SlowPattern(int slow)
        {
            pattern = "";
            capsize = 1;
            factory = new Runners(this);
            Slow = slow;
        }

        public int Slow { get; }

        public int Tries { get; private set; }

        private sealed class Runners(SlowPattern owner) : RegexRunnerFactory
        {
            protected override RegexRunner CreateInstance() => new Runner(owner);
        }

        private sealed class Runner(SlowPattern owner) : RegexRunner
        {
            protected override void Scan(ReadOnlySpan<char> text)
            {
                if (++owner.Tries <= owner.Slow)
                    throw new RegexMatchTimeoutException();
                Capture(0, 0, 0);
            }

            protected override void Go() => throw new NotSupportedException();

            protected override bool FindFirstChar() => throw new NotSupportedException();

            protected override void InitTrackCount()
            {
            }
        }
    }
}
