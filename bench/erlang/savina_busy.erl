%% Busy waiting as the suite does it, in steps that both sides take alike (savina/busy.ts).
-module(savina_busy).
-export([wait/1]).

%% The last of so many random numbers, which proves that they were drawn.
wait(Steps) -> draw(savina_random:seed(Steps), Steps).

draw(Random, 0) -> Random;
draw(Random, Left) -> draw(savina_random:next(Random), Left - 1).
