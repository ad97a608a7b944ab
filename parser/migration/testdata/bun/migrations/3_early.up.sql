--bun:sptil
SELECT 1;
 --bun:split
SELECT 2;
