%% The random numbers of the programs: the same sequence here and in savina/random.ts.
%%
%% A state is also the number that it was made with: `Next = savina_random:next(Last)`.
-module(savina_random).
-export([seed/1, next/1, below/2]).

-define(MASK, 16#ffffffff).

seed(Seed) ->
    max(1, (Seed * 16#9e3779b1) band ?MASK).

%% A whole number from 1 to 2^32 - 1.
next(State) ->
    A = State bxor ((State bsl 13) band ?MASK),
    B = A bxor (A bsr 17),
    B bxor ((B bsl 5) band ?MASK).

%% A whole number from 0 to Bound - 1, and the next state.
below(Bound, State) ->
    Next = next(State),
    {Next rem Bound, Next}.
