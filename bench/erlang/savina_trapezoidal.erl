%% Trapezoidal: workers approximate an integral, each over a part of the range.
-module(savina_trapezoidal).
-export([run/1]).

-define(WORKERS, 100).
-define(LEFT, 1).
-define(RIGHT, 5).

run(#{count := Count}) ->
    fun() ->
        Main = self(),
        Pieces = Count div ?WORKERS,
        Width = (?RIGHT - ?LEFT) / Count,
        [
            spawn_link(fun() -> work(?LEFT + Index * Pieces * Width, Width, Pieces, Main) end)
         || Index <- lists:seq(0, ?WORKERS - 1)
        ],
        savina_total:sum(?WORKERS)
    end.

%% Reports in millionths, since the last digits of sin and exp differ between libraries.
work(Left, Width, Pieces, Total) ->
    Area = integrate(0, Left, Width, Pieces, 0.0),
    savina_total:report(Total, round(Area * 1.0e6)).

integrate(Pieces, _, _, Pieces, Area) ->
    Area;
integrate(Piece, Left, Width, Pieces, Area) ->
    From = Left + Piece * Width,
    Added = (value(From) + value(From + Width)) * Width * 0.5,
    integrate(Piece + 1, Left, Width, Pieces, Area + Added).

%% The suite's function.
value(X) ->
    math:sin(X * X * X - 1) / (X + 1) * math:sqrt(1 + math:exp(math:sqrt(2 * X))).
