SELECT 'z';
