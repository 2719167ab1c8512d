%% The suite's small piece of work for a message, in thousandths; savina/arithmetic.ts alike.
-module(savina_arithmetic).
-export([of_number/1]).

of_number(Number) ->
    Sine = math:sin(Number),
    round(Sine * Sine * 1000).
